package dev.varve.personal.files;

import java.io.IOException;

/** More bytes came in than are accepted; what had come is gone. */
public final class FileTooLargeException extends IOException {

    private static final long serialVersionUID = 1L;

    private final long limit;

    FileTooLargeException(long limit) {
        super("a file may have at most %d bytes".formatted(limit));
        this.limit = limit;
    }

    public long limit() {
        return limit;
    }
}
