package dev.varve.projection;

/** A read model could not be written or what is known of it not be read; a processor rolls its batch back and tries again. */
public final class ProjectionFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ProjectionFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
