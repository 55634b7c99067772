package dev.varve.query;

import org.springframework.http.ResponseEntity;

/** Answers with one thing, as a stream of events made it. */
public final class Resources {

    /** The position of the last event that is in the answer. */
    private static final String POSITION = "Varve-Position";

    private Resources() {}

    /**
     * The answer 200 with ETag and Varve-Position, or 304 where the caller has this version.
     *
     * @param version the stream's version, the same that commands answer and compare
     * @param position the position of the stream's last event in the read model
     */
    public static <T> ResponseEntity<T> at(long version, long position, T body) {
        return ResponseEntity.ok()
                .eTag("\"" + version + "\"")
                .header(POSITION, Long.toString(position))
                .body(body);
    }
}
