package dev.varve.eventstore.axon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class IsoInstantsTest {

    private final JsonMapper plain = JsonMapper.builder().build();
    private final JsonMapper ours = JsonShapes.INSTANCE.mapper();

    @Test
    void whatever_java_writes_is_read_without_its_formatter() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20_000; i++) {
            int nanos = i % 4 == 0 ? 0 : i % 4 == 1 ? random.nextInt(1_000) * 1_000_000 : random.nextInt(1_000_000_000);
            Instant time = Instant.ofEpochSecond(random.nextLong(-62_167_219_200L, 253_402_300_800L), nanos);

            assertThat(IsoInstants.read(time.toString())).isEqualTo(time);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-03-01T08:15:00Z",
                "2024-02-29T23:59:59.999999999Z",
                "2026-03-01T08:15:00.1Z",
                "2026-03-01T08:15:00+01:00",
                "2026-03-01T24:00:00Z",
                "2026-02-29T08:15:00Z",
                "2026-03-01T08:60:00Z",
                "2026-03-01T08:15:00.Z",
                "2026-03-01T08:15:00.1234567890Z",
                "2026-03-01T08:15Z",
                "2026-3-01T08:15:00Z",
                "+12026-03-01T08:15:00Z",
                "-0001-03-01T08:15:00Z",
                "2026-03-01t08:15:00z",
                "20x6-03-01T08:15:00Z",
                "yesterday",
                ""
            })
    void every_text_means_what_it_means_to_jackson(String text) {
        String json = '"' + text + '"';

        assertThat(read(ours, json)).isEqualTo(read(plain, json));
    }

    @Test
    void numbers_are_times_as_ever() {
        assertThat(read(ours, "1700000000.5")).isEqualTo(read(plain, "1700000000.5"));
    }

    private static String read(JsonMapper mapper, String json) {
        try {
            return String.valueOf(mapper.readValue(json, Instant.class));
        } catch (RuntimeException e) {
            return e.getClass().getSimpleName();
        }
    }
}
