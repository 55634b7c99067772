package dev.varve.query;

/**
 * A read model has no such thing; over HTTP a 404 whose {@code type} is {@code /problems/<context>/<code>}.
 *
 * <p>It may exist in the log and not yet in the read model: a caller that has just written asks with
 * {@code Varve-Min-Position}.
 */
public final class NotFound extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String context;
    private final String code;
    private final String detail;

    /** @param code names what is missing, in lower case with hyphens, for example {@code unknown-station} */
    public NotFound(String context, String code, String detail) {
        // No stack trace: callers ask for things that are not there all the time.
        super(detail, null, false, false);
        this.context = context;
        this.code = code;
        this.detail = detail;
    }

    public String context() {
        return context;
    }

    public String code() {
        return code;
    }

    public String detail() {
        return detail;
    }
}
