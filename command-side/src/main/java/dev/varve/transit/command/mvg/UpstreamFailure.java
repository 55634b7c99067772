package dev.varve.transit.command.mvg;

import dev.varve.transit.events.ExternalStatus;
import org.jspecify.annotations.Nullable;

/** MVG gave no usable answer. */
final class UpstreamFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ExternalStatus status;
    private final String detail;

    /**
     * @param status how it failed; never SUCCESS
     * @param detail what was asked and what came, in words for a caller
     */
    UpstreamFailure(ExternalStatus status, String detail, @Nullable Throwable cause) {
        super(detail, cause);
        this.status = status;
        this.detail = detail;
    }

    ExternalStatus status() {
        return status;
    }

    String detail() {
        return detail;
    }
}
