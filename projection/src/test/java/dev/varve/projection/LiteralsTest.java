package dev.varve.projection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.SplittableRandom;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiteralsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-03-01T08:15:00Z",
                "2026-03-01T08:15:30Z",
                "2026-03-01T00:00:00Z",
                "2026-03-01T08:15:30.250Z",
                "0001-01-01T00:00:00Z",
                "-0044-03-15T12:00:00Z",
                "9999-12-31T23:59:59Z",
                "+10000-01-01T00:00:00Z"
            })
    void a_time_is_written_as_it_says_itself(String text) {
        assertThat(Literals.of(Instant.parse(text))).isEqualTo(text);
    }

    @Test
    void so_is_any_time() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 10_000; i++) {
            Instant time =
                    Instant.ofEpochSecond(random.nextLong(-100_000_000_000L, 300_000_000_000L), i % 2 == 0 ? 0 : i);

            assertThat(Literals.of(time)).isEqualTo(time.toString());
        }
    }

    @Test
    void elements_of_arrays_are_quoted() {
        assertThat(Literals.of(new @Nullable Object[] {"a\"b", "c\\d", null, 1}))
                .isEqualTo("{\"a\\\"b\",\"c\\\\d\",NULL,\"1\"}");
    }

    @Test
    void documents_are_their_text() {
        assertThat(Literals.of(JSONB.valueOf("{\"a\":1}"))).isEqualTo("{\"a\":1}");
        assertThat(Literals.of(null)).isNull();
        assertThat(Literals.of(12L)).isEqualTo("12");
    }
}
