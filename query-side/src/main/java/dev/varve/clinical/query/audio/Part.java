package dev.varve.clinical.query.audio;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpRange;

/** Which part of a file is wanted, by RFC 9110: what is no range of bytes, or several of them, is answered by the whole. */
sealed interface Part {

    record Whole() implements Part {}

    /** Both ends belong to it. */
    record Range(long first, long last) implements Part {}

    /** Nothing of it is there. */
    record Beyond() implements Part {}

    /**
     * What headers ask for.
     *
     * @param range the header, such as {@code bytes=0-499}
     * @param ifRange the ETag for which the range was meant; a date never fits, because ours are made of the content
     */
    static Part wanted(@Nullable String range, @Nullable String ifRange, String etag, long size) {
        if (range == null || (ifRange != null && !ifRange.equals(etag))) {
            return new Whole();
        }
        List<HttpRange> ranges;
        try {
            ranges = HttpRange.parseRanges(range);
        } catch (IllegalArgumentException e) {
            return new Whole();
        }
        if (ranges.size() != 1) {
            return new Whole();
        }
        long first = ranges.getFirst().getRangeStart(size);
        return first >= size ? new Beyond() : new Range(first, ranges.getFirst().getRangeEnd(size));
    }
}
