package dev.varve.personal;

import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which persons a piece of work on this thread sealed or opened something of. Whoever keeps what came of that work,
 * such as an answer that may be asked for again, seals it as theirs.
 */
public final class TouchedSubjects implements AutoCloseable {

    private static final ThreadLocal<@Nullable TouchedSubjects> CURRENT = new ThreadLocal<>();

    private final @Nullable TouchedSubjects outer = CURRENT.get();
    private final Set<String> subjects = new TreeSet<>();

    private TouchedSubjects() {}

    /** Begins to take note on this thread, until it is closed there. */
    public static TouchedSubjects begin() {
        TouchedSubjects begun = new TouchedSubjects();
        CURRENT.set(begun);
        return begun;
    }

    static void note(String subject) {
        for (TouchedSubjects each = CURRENT.get(); each != null; each = each.outer) {
            each.subjects.add(subject);
        }
    }

    public Set<String> subjects() {
        return Set.copyOf(subjects);
    }

    @Override
    public void close() {
        if (outer == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(outer);
        }
    }
}
