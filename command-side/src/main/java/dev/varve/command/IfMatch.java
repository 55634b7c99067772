package dev.varve.command;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.TypeMismatchException;

/** Reads the header {@code If-Match}: the ETag of an answer, which is the version of a stream. */
public final class IfMatch {

    public static final String HEADER = "If-Match";

    private static final Pattern ETAG = Pattern.compile("\"(\\d{1,18})\"");

    private IfMatch() {}

    /**
     * The version that the sender has seen; null when any will do.
     *
     * @throws TypeMismatchException if it is no ETag that was answered here
     */
    public static @Nullable Long version(@Nullable String header) {
        if (header == null || header.strip().equals("*")) {
            return null;
        }
        Matcher etag = ETAG.matcher(header.strip());
        if (etag.matches()) {
            return Long.valueOf(etag.group(1));
        }
        TypeMismatchException malformed = new TypeMismatchException(header, IfMatch.class);
        malformed.initPropertyName(HEADER);
        throw malformed;
    }
}
