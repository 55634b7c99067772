package dev.varve.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordedEventTest {

    @Test
    void keeps_metadata_without_a_value() {
        Map<String, @Nullable Object> metadata = new HashMap<>();
        metadata.put("actor", "booking-desk");
        metadata.put("causation", null);

        RecordedEvent<String> event = with(metadata);

        assertThat(event.metadata()).isEqualTo(metadata);
        assertThat(event.as(1).metadata()).isEqualTo(event.metadata());
    }

    @Test
    void does_not_change_with_the_map_it_was_made_from() {
        Map<String, @Nullable Object> metadata = new HashMap<>();
        RecordedEvent<String> event = with(metadata);
        metadata.put("late", 1);

        assertThat(event.metadata()).isEmpty();
        assertThatThrownBy(() -> event.metadata().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    private static RecordedEvent<String> with(Map<String, @Nullable Object> metadata) {
        return new RecordedEvent<>(1, "event", "stream", 0, Instant.EPOCH, metadata, "payload");
    }
}
