package dev.varve.transit.command.mvg;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** An answer other than 200 of the predecessor's API. */
final class MvgProblem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final HttpStatus status;
    private final String code;
    private final String detail;
    private final @Nullable CacheStatus cacheStatus;
    private final int retryAfterSeconds;

    private MvgProblem(
            HttpStatus status,
            String code,
            String detail,
            @Nullable CacheStatus cacheStatus,
            int retryAfterSeconds,
            @Nullable Throwable cause) {
        super(detail, cause);
        this.status = status;
        this.code = code;
        this.detail = detail;
        this.cacheStatus = cacheStatus;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** MVG knows no such station or route; the cache status is said only when it was known before. */
    static MvgProblem notFound(String detail, boolean cached) {
        return new MvgProblem(HttpStatus.NOT_FOUND, "mvg-not-found", detail, cached ? CacheStatus.HIT : null, 0, null);
    }

    static MvgProblem invalid(String detail) {
        return new MvgProblem(HttpStatus.UNPROCESSABLE_CONTENT, "mvg-invalid-parameter", detail, null, 0, null);
    }

    static MvgProblem upstream(UpstreamFailure failure) {
        return new MvgProblem(HttpStatus.BAD_GATEWAY, "mvg-upstream-error", failure.detail(), null, 0, failure);
    }

    static MvgProblem timeout(RefreshTimeout timeout) {
        return new MvgProblem(
                HttpStatus.SERVICE_UNAVAILABLE, "mvg-refresh-timeout", timeout.detail(), null, 1, timeout);
    }

    static MvgProblem off() {
        return new MvgProblem(
                HttpStatus.SERVICE_UNAVAILABLE,
                "mvg-off",
                "Requests to MVG are switched off. To switch them on, set varve.transit.mvg.base-url to the address of"
                        + " MVG's API.",
                null,
                3600,
                null);
    }

    static MvgProblem tooManyRequests(int perMinute, int retryAfterSeconds) {
        return new MvgProblem(
                HttpStatus.TOO_MANY_REQUESTS,
                "mvg-too-many-requests",
                "More than " + perMinute + " requests in a minute.",
                null,
                retryAfterSeconds,
                null);
    }

    HttpStatus status() {
        return status;
    }

    String code() {
        return code;
    }

    String detail() {
        return detail;
    }

    @Nullable CacheStatus cacheStatus() {
        return cacheStatus;
    }

    /** 0: none is given. */
    int retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
