package dev.varve.projection;

import java.sql.SQLException;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Why an event cannot be applied, without a word of what is in it: messages of exceptions and of the database quote
 * values, so none is kept.
 *
 * @param type class of the exception
 * @param text where it came from, or which rule of the database was broken
 */
public record Fault(String type, String text) {

    /** Whether the database refused what it was given: with other values it would have gone well. */
    static boolean isOfData(SQLException e) {
        return Stream.of("22", "23", "54", "P0").anyMatch(state(e)::startsWith);
    }

    public static Fault of(SQLException e) {
        ServerErrorMessage message = e instanceof PSQLException thrown ? thrown.getServerErrorMessage() : null;
        String text = "SQLSTATE " + state(e);
        if (message != null) {
            text += named(" constraint ", message.getConstraint())
                    + named(" table ", message.getTable())
                    + named(" column ", message.getColumn());
        }
        return new Fault(e.getClass().getName(), text);
    }

    public static Fault of(RuntimeException e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        Optional<StackTraceElement> place = Stream.of(root.getStackTrace())
                .filter(frame -> !frame.getClassName().startsWith("java."))
                .findFirst();
        return new Fault(
                root.getClass().getName(),
                place.map(frame -> "at " + frame.getClassName() + "." + frame.getMethodName() + ":"
                                + frame.getLineNumber())
                        .orElse(""));
    }

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }

    private static String named(String what, @Nullable String name) {
        return name == null ? "" : what + name;
    }

    @Override
    public String toString() {
        return text.isEmpty() ? type : type + " " + text;
    }
}
