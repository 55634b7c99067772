package dev.varve.personal;

/** The key folder cannot be used: unreadable, incomplete, or sealed under a key encryption key that is not given. */
public final class KeyFolderException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    KeyFolderException(String message, Throwable cause) {
        super(message, cause);
    }

    KeyFolderException(String message) {
        super(message);
    }
}
