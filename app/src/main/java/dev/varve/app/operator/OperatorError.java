package dev.varve.app.operator;

import org.jspecify.annotations.Nullable;

/**
 * Something that the person at the keyboard can put right.
 *
 * <p>The message is all that is shown, so it says what happened and what to do; the cause goes to the log.
 */
public final class OperatorError extends RuntimeException {

    public OperatorError(String message) {
        super(message);
    }

    public OperatorError(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
