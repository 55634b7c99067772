package dev.varve.eventstore.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class EventStorePropertiesTest {

    @ParameterizedTest
    @CsvSource({"10s, PT5S", "1m, PT5S", "4s, PT2S", "1s, PT0.5S"})
    void claims_are_extended_twice_before_they_run_out(String timeout, Duration extension) {
        assertThat(properties(timeout).claimExtension()).isEqualTo(extension);
    }

    @Test
    void claims_that_run_out_between_two_looks_are_refused() {
        assertThatThrownBy(() -> properties("999ms")).rootCause().hasMessageContaining("token-claim-timeout");
    }

    @ParameterizedTest
    @CsvSource({"100000, 50", "1000000, 5", "10000000, 2"})
    void a_busy_minute_does_not_fill_the_partitions_that_are_ready(String size, int ahead) {
        assertThat(property("partition-size", size).eventPartitions().ahead()).isEqualTo(ahead);
        assertThat(property("message-partition-size", size).messagePartitions().ahead())
                .isEqualTo(ahead);
    }

    private static EventStoreProperties properties(String claimTimeout) {
        return property("token-claim-timeout", claimTimeout);
    }

    private static EventStoreProperties property(String name, String value) {
        return new Binder(new MapConfigurationPropertySource(Map.of("varve.event-store." + name, value)))
                .bind("varve.event-store", EventStoreProperties.class)
                .get();
    }
}
