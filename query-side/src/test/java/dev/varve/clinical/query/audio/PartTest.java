package dev.varve.clinical.query.audio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartTest {

    private static final String ETAG = "\"abc\"";

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 0",
        "bytes=0-99, 0, 99",
        "bytes=0-100, 0, 99",
        "bytes=99-, 99, 99",
        "bytes=-1, 99, 99",
        "bytes=-1000, 0, 99"
    })
    void one_range_is_that_part(String range, long first, long last) {
        assertThat(Part.wanted(range, null, ETAG, 100)).isEqualTo(new Part.Range(first, last));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=100-", "bytes=100-200", "bytes=9999999999-"})
    void what_begins_after_the_end_is_beyond(String range) {
        assertThat(Part.wanted(range, null, ETAG, 100)).isEqualTo(new Part.Beyond());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bytes=", "bytes=5-4", "bytes=a-b", "pages=1-2", "bytes=0-1,3-4", "bytes=--1"})
    void what_is_no_range_or_several_is_the_whole(String range) {
        assertThat(Part.wanted(range, null, ETAG, 100)).isEqualTo(new Part.Whole());
    }

    @Test
    void a_range_of_something_else_is_the_whole() {
        assertThat(Part.wanted("bytes=0-1", ETAG, ETAG, 100)).isEqualTo(new Part.Range(0, 1));
        assertThat(Part.wanted("bytes=0-1", "\"other\"", ETAG, 100)).isEqualTo(new Part.Whole());
        assertThat(Part.wanted("bytes=0-1", "Sat, 21 Nov 2026 12:00:00 GMT", ETAG, 100))
                .isEqualTo(new Part.Whole());
        assertThat(Part.wanted(null, ETAG, ETAG, 100)).isEqualTo(new Part.Whole());
    }
}
