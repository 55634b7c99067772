package dev.varve.app.problem;

import jakarta.servlet.ServletRequest;

/** The name a request has in its answer, its problems and the log. */
public final class RequestId {

    public static final String HEADER = "X-Request-Id";

    /** The key in the logging context; the log pattern shows it on every line. */
    public static final String MDC_KEY = "requestId";

    private static final String ATTRIBUTE = RequestId.class.getName();

    private RequestId() {}

    public static void set(ServletRequest request, String id) {
        request.setAttribute(ATTRIBUTE, id);
    }

    /** The id of this request; a dash before it has one. */
    public static String of(ServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof String id ? id : "-";
    }
}
