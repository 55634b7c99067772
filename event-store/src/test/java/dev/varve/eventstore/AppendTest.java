package dev.varve.eventstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AppendTest {

    private static NewEvent event(String type, String stream) {
        return new NewEvent(stream, type, stream, 0, "t", null, Instant.EPOCH, new byte[0], new byte[0]);
    }

    @Test
    void only_events_of_no_stream_are_said_to_be_nowhere_in_the_old_partitions() {
        Append append = new Append(List.of(event("Thing", "a"), event(null, "b")), Map.of("a", 7L), null);

        assertThat(append.withNewNear(25_000_000).since()).isEqualTo(Map.of("a", 7L, "b", 15_000_000L));
    }

    @Test
    void a_repetition_is_found_in_a_young_log() {
        assertThat(Append.of(List.of(event(null, "b"))).withNewNear(9_000).since())
                .isEqualTo(Map.of("b", 0L));
    }
}
