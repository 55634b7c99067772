package dev.varve.transit.query;

import static dev.varve.transit.query.Events.station;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.projection.Operator;
import dev.varve.projection.rebuild.Rebuild.State;
import dev.varve.projection.rebuild.RebuildRequest;
import dev.varve.projection.rebuild.Rebuilds;
import dev.varve.projection.replay.Bound;
import dev.varve.projection.replay.ReplayRequest;
import dev.varve.projection.replay.Replays;
import dev.varve.testkit.TestDatabase;
import dev.varve.transit.events.StationEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.axonframework.eventhandling.EventHandler;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What reacted to an event does not react again when rows are made of it again. */
class AutomationsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String STATIONS = "transit.stations";
    private static final Operator BY = new Operator("test", null);

    @Test
    void neither_rebuild_nor_undo_nor_replay_runs_them_or_records_anything() {
        try (TransitReadModels models = TransitReadModels.startWith(Automations.class, TestDatabase.migrated())) {
            AtomicInteger reactions = models.bean(WhenStationThenCount.class).reactions;
            long head = models.show(station("s1", "Marienplatz", "München"), station("s2", "Giesing", "München"));
            await().atMost(PATIENCE).until(() -> reactions.get() == 2);

            Rebuilds rebuilds = models.bean(Rebuilds.class);
            long rebuild = rebuilds.start(RebuildRequest.of(STATIONS), BY).id();
            awaitState(rebuilds, rebuild, State.SWITCHED);
            rebuilds.undo(rebuild, BY);
            awaitState(rebuilds, rebuild, State.UNDONE);
            Replays replays = models.bean(Replays.class);
            long replay = replays.start(
                            new ReplayRequest(
                                    STATIONS,
                                    new Bound.Beginning(),
                                    new Bound.Now(),
                                    List.of(),
                                    List.of(),
                                    null,
                                    false),
                            BY)
                    .id();
            await().atMost(PATIENCE).until(() -> replays.get(replay).over());

            assertThat(replays.get(replay).events()).isEqualTo(2);
            assertThat(models.head()).as("events recorded").isEqualTo(head);
            // One more is reacted to, and then it is known that nothing else was waiting its turn.
            models.show(station("s3", "Odeonsplatz", "München"));
            await().atMost(PATIENCE).until(() -> reactions.get() >= 3);
            assertThat(reactions).hasValue(3);
        }
    }

    private static void awaitState(Rebuilds rebuilds, long id, State state) {
        await().atMost(PATIENCE).until(() -> rebuilds.find(id).orElseThrow().state() == state);
    }

    @Configuration(proxyBeanMethods = false)
    static class Automations {
        @Bean
        WhenStationThenCount whenStationThenCount() {
            return new WhenStationThenCount();
        }
    }

    static class WhenStationThenCount {
        private final AtomicInteger reactions = new AtomicInteger();

        @EventHandler
        void on(StationEvent event) {
            reactions.incrementAndGet();
        }
    }
}
