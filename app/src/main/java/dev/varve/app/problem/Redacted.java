package dev.varve.app.problem;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * An exception as it may be logged: the types and the stack, without the messages.
 *
 * <p>Messages of libraries repeat what they choked on (PostgreSQL: {@code Key (email)=(…)}; Jackson: the source text),
 * and that may be a payload or personal data. The line in the stack says where to look; an SQL state is kept.
 */
final class Redacted extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int DEPTH = 8;

    private Redacted(Throwable original, int depth) {
        super(name(original), cause(original, depth), false, true);
        setStackTrace(original.getStackTrace());
    }

    static Redacted of(Throwable original) {
        return new Redacted(original, DEPTH);
    }

    private static @Nullable Throwable cause(Throwable original, int depth) {
        Throwable cause = original.getCause();
        return cause == null || depth == 0 ? null : new Redacted(cause, depth - 1);
    }

    private static String name(Throwable original) {
        String name = original.getClass().getName();
        return original instanceof SQLException sql ? name + " (SQL state " + sql.getSQLState() + ")" : name;
    }
}
