package dev.varve.command.ingestion.oldstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OldRowTest {

    @ParameterizedTest
    @CsvSource({
        "2026-02-23 04:18:10, 2026-02-23T04:18:10Z",
        "2026-02-23T04:18:10, 2026-02-23T04:18:10Z",
        "'  2026-02-23 04:18:10 ', 2026-02-23T04:18:10Z",
        "2026-02-23 04:18:10.1, 2026-02-23T04:18:10.1Z",
        "2026-02-23 04:18:10.000123, 2026-02-23T04:18:10.000123Z",
        "2026-02-23 04:18:10.123456789, 2026-02-23T04:18:10.123456789Z",
        "2026-02-23 04:18:10.123456+01:00, 2026-02-23T03:18:10.123456Z",
        "2026-02-23 04:18:10Z, 2026-02-23T04:18:10Z",
        "2026-02-23 04:18:10-0230, 2026-02-23T06:48:10Z",
        "2026-02-23 04:18, 2026-02-23T04:18:00Z",
        "2026-02-23, 2026-02-23T00:00:00Z",
        "2026-01-31 23:59:59.999999, 2026-01-31T23:59:59.999999Z",
        "2024-02-29 00:00:00, 2024-02-29T00:00:00Z",
        "2026-02-23T04:18:10.000123, 2026-02-23T04:18:10.000123Z",
        "2026-02-23T04:18:10.000123Z, 2026-02-23T04:18:10.000123Z",
        "0000-01-01 00:00:00, 0000-01-01T00:00:00Z",
        "0000-01-01 00:00:00Z, 0000-01-01T00:00:00Z"
    })
    void reads_a_time_however_it_is_written(String written, Instant meant) throws BrokenField {
        assertThat(row(written).time("at")).isEqualTo(meant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-13-01 00:00:00",
                "2026-06-31 00:00:00",
                "2026-02-29 00:00:00+01:00",
                "0000-00-00 00:00:00",
                "2026-02-23 24:00:00",
                "2026-02-23 25:00:00",
                "2026-02-23_04:18:10",
                "2026-02-23 04:18:10.1234567890",
                "2026-02-23 04:61:10",
                "2026-02-23 04:18:1x",
                "2026-02-23 04:18:10.12345x",
                "23.02.2026 04:18:10",
                "yesterday"
            })
    void refuses_what_is_no_time_and_says_what_one_looks_like(String written) {
        assertThatThrownBy(() -> row(written).time("at"))
                .isInstanceOfSatisfying(
                        BrokenField.class, broken -> assertThat(broken.reason()).contains("at", "2026-02-23"));
    }

    private static OldRow row(String time) {
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put("at", time);
        return new OldRow(new OldTable("things", List.of("at"), 1), values);
    }
}
