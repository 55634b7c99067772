package dev.varve.eventstore.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.eventstore.Append;
import dev.varve.eventstore.AppendSettings;
import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.PostgresEventLog;
import dev.varve.testkit.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogMetricsIT {

    private final TestDatabase database = TestDatabase.migrated();
    private final LogSignals signals = new LogSignals();
    private final PostgresEventLog log =
            new PostgresEventLog(database.dataSource(), AppendSettings.defaults(), signals);
    private final Watchdog watchdog =
            new Watchdog(log, database.dataSource(), Duration.ofSeconds(1), Clock.systemUTC());
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ObservationRegistry observations = ObservationRegistry.create();
    private final List<String> spans = new CopyOnWriteArrayList<>();
    private final String stream = UUID.randomUUID().toString();

    @BeforeEach
    void measure() {
        observations.observationConfig().observationHandler(new ObservationHandler<>() {
            @Override
            public void onStop(Observation.Context ended) {
                spans.add(ended.getName());
            }

            @Override
            public boolean supportsContext(Observation.Context any) {
                return true;
            }
        });
        new LogMetrics(log, signals, watchdog, () -> observations).bindTo(meters);
    }

    @AfterEach
    void close() {
        watchdog.close();
        log.close();
    }

    @Test
    void an_append_and_a_load_inside_a_span_are_spans() {
        Observation.createNotStarted("request", observations).observe(() -> {
            log.append(Append.of(List.of(event(0))));
            assertThat(log.readStreamWithSnapshot(stream, 10)).hasSize(1);
            assertThat(log.readStream(stream, 0, 10)).hasSize(1);
        });

        assertThat(spans)
                .containsSubsequence(
                        "varve.event-store.append.traced",
                        "varve.event-store.load.traced",
                        "varve.event-store.load.traced",
                        "request")
                .contains("varve.event-store.batch");
    }

    @Test
    void outside_of_a_span_they_are_only_timed() {
        log.append(Append.of(List.of(event(0))));
        assertThat(log.readStreamWithSnapshot(stream, 10)).hasSize(1);

        assertThat(spans).allMatch("varve.event-store.batch"::equals);
        assertThat(meters.get("varve.event-store.load").timer().count()).isEqualTo(1);
        assertThat(meters.get("varve.event-store.append")
                        .tag("joined", "false")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    private NewEvent event(long version) {
        byte[] json = "{}".getBytes(StandardCharsets.UTF_8);
        return new NewEvent(
                UUID.randomUUID().toString(),
                "thing",
                stream,
                version,
                "thing.happened",
                "1",
                Instant.parse("2026-03-01T12:00:00Z"),
                json,
                json);
    }
}
