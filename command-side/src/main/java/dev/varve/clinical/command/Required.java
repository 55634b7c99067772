package dev.varve.clinical.command;

import static dev.varve.clinical.command.ClinicalBounds.BOUNDS;

import org.jspecify.annotations.Nullable;

/** Refuses requests in which something is missing, under the name it has in the API. */
public final class Required {

    private Required() {}

    /** The value, which must be there. */
    public static <T> T field(String name, @Nullable T value) {
        if (value == null) {
            throw BOUNDS.rejected(name, "is required");
        }
        return value;
    }

    /** A text, which must be there and not be too long. */
    public static String text(String name, @Nullable String value, int longest) {
        String text = field(name, value);
        BOUNDS.text(name, text, longest);
        return text;
    }
}
