package dev.varve.eventstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTimesTest {

    @ParameterizedTest
    @CsvSource({
        "2026-02-23 04:18:10, 2026-02-23T04:18:10Z",
        "2026-02-23 04:18:10.1, 2026-02-23T04:18:10.1Z",
        "2026-02-23 04:18:10.123456789, 2026-02-23T04:18:10.123456789Z",
        "2024-02-29 23:59:59, 2024-02-29T23:59:59Z",
        "0000-02-29 00:00:00, 0000-02-29T00:00:00Z",
        "9999-12-31 23:59:59.999999999, 9999-12-31T23:59:59.999999999Z"
    })
    void means_what_java_means_with_either_separator(String written, Instant meant) {
        assertThat(PlainTimes.read(written, ' ', written.length())).isEqualTo(meant);
        assertThat(PlainTimes.read(written.replace(' ', 'T'), 'T', written.length()))
                .isEqualTo(meant);
    }

    @Test
    void reads_no_further_than_it_is_told() {
        assertThat(PlainTimes.read("2026-02-23T04:18:10.25Z", 'T', 22))
                .isEqualTo(Instant.parse("2026-02-23T04:18:10.25Z"));
    }

    @Test
    void another_separator_is_not_plain() {
        assertThat(PlainTimes.read("2026-02-23T04:18:10", ' ', 19)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026-02-23",
                "2026-02-23 04:18",
                "2026-02-23 04:18:10.",
                "2026-02-23 04:18:10.1234567890",
                "2026-02-23 04:18:10,5",
                "2026-02-23 04:18:1x",
                "2026-02-29 04:18:10",
                "2026-06-31 04:18:10",
                "0000-00-00 00:00:00",
                "2026-02-23 24:00:00",
                "2026-02-23 04:60:00",
                "-026-02-23 04:18:10"
            })
    void anything_else_is_left_to_others(String written) {
        assertThat(PlainTimes.read(written, ' ', written.length())).isNull();
    }
}
