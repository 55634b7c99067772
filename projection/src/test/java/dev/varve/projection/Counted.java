package dev.varve.projection;

import org.jspecify.annotations.Nullable;

/** What the projection of the tests wants: a row, what is added to it, and its label, which may be wrong in two ways. */
public record Counted(String row, long by, @Nullable String label) {

    /** The projection throws at it. */
    public static final String THROWN_AT = "thrown at";
}
