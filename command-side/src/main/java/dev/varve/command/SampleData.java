package dev.varve.command;

import java.util.Map;

/**
 * What a context has to try things with; a bean of each context that has any. {@code ./varve seed} records it.
 *
 * <p>Recording it again must write nothing.
 */
public interface SampleData {

    /** What it is, in a line for a person. */
    String title();

    /**
     * Records it.
     *
     * @param actor who asked for it
     */
    Sown sow(String actor);

    /**
     * What came of it.
     *
     * @param recorded things that are new
     * @param unchanged things that were there already
     * @param counts all of them counted, by what they are counted by, for example {@code status}
     */
    record Sown(int recorded, int unchanged, Map<String, Map<String, Long>> counts) {}
}
