package dev.varve.command;

import org.jspecify.annotations.Nullable;

/**
 * A rule said no to a command, and nothing was written; over HTTP a 422 whose {@code type} is {@code
 * /problems/<context>/<code>}.
 *
 * <p>Not a failure: the same command against the same state is refused again, so nobody should retry it.
 */
public final class Rejected extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String context;
    private final String code;
    private final @Nullable String field;
    private final String detail;

    /**
     * @param code names the rule, in lower case with hyphens; never reused for another rule
     * @param field the part of the request that the rule is about, for example {@code items[3].lineId}; null when it is
     *     about the whole
     * @param detail the case in words, for the caller
     */
    public Rejected(String context, String code, @Nullable String field, String detail) {
        // No stack trace: an import may reject thousands of rows, and the rule's code says where it was made.
        super(detail, null, false, false);
        this.context = context;
        this.code = code;
        this.field = field;
        this.detail = detail;
    }

    public String context() {
        return context;
    }

    public String code() {
        return code;
    }

    public @Nullable String field() {
        return field;
    }

    public String detail() {
        return detail;
    }

    /** The same rejection, seen from a request in which the field stands below {@code path}. */
    public Rejected below(String path) {
        return new Rejected(context, code, field == null ? path : path + "." + field, detail);
    }
}
