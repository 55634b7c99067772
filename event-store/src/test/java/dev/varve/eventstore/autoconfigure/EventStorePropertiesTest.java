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

    private static EventStoreProperties properties(String claimTimeout) {
        return new Binder(new MapConfigurationPropertySource(
                        Map.of("varve.event-store.token-claim-timeout", claimTimeout)))
                .bind("varve.event-store", EventStoreProperties.class)
                .get();
    }
}
