package dev.varve.projection;

/** A read model could not be written; the processor rolls the batch back and tries it again. */
public final class ProjectionFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ProjectionFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
