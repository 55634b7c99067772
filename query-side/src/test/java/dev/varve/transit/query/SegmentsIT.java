package dev.varve.transit.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.projection.Operator;
import dev.varve.projection.segments.ProjectionSegment;
import dev.varve.projection.segments.ProjectionSegments;
import dev.varve.projection.segments.SegmentsRefused;
import dev.varve.testkit.TestDatabase;
import dev.varve.testkit.faults.NodeProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments cut and joined while two nodes, one of them another process, work on them and events are recorded. */
class SegmentsIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String DEPARTURES = "transit.departures";
    private static final String QUICKLY = "varve.event-store.token-claim-timeout=2s";
    private static final Operator BY = new Operator("test", null);

    private final TestDatabase database = TestDatabase.migrated();

    @Test
    void nothing_is_lost_or_counted_twice_when_segments_are_cut_and_joined(@TempDir Path folder) throws Exception {
        try (TransitReadModels here = TransitReadModels.start(database, QUICKLY);
                NodeProcess there = otherNode(folder);
                var executor = Executors.newSingleThreadExecutor()) {
            here.show(Departures.random(1, 1_000));
            ProjectionSegments segments = here.bean(ProjectionSegments.class);
            AtomicBoolean enough = new AtomicBoolean();
            Future<?> writing = executor.submit(() -> {
                for (long seed = 2; !enough.get(); seed++) {
                    here.record(Departures.random(seed, 10));
                    // As fast as two nodes on one small machine can follow.
                    LockSupport.parkNanos(20_000_000);
                }
            });

            assertThat(segments.split(DEPARTURES, OptionalInt.empty(), BY))
                    .extracting(ProjectionSegment::share)
                    .containsExactly(0.25, 0.5, 0.25);
            awaitNodes(segments);
            assertThat(segments.split(DEPARTURES, OptionalInt.of(1), BY)).hasSize(4);
            awaitNodes(segments);
            assertThat(segments.merge(DEPARTURES, OptionalInt.of(2), BY))
                    .extracting(ProjectionSegment::share)
                    .containsExactly(0.5, 0.25, 0.25);
            awaitNodes(segments);
            assertThat(segments.merge(DEPARTURES, OptionalInt.empty(), BY)).hasSize(2);
            awaitNodes(segments);
            enough.set(true);
            writing.get();

            here.awaitPosition(here.head());
            assertThat(there.isAlive()).isTrue();
            assertThat(Departures.rows(here.database())).isEqualTo(Departures.foldedElsewhere(here));
        }
    }

    @Test
    void what_cannot_be_cut_or_joined_is_refused() {
        try (TransitReadModels here = TransitReadModels.start(database, "varve.projection.segments=1")) {
            here.show(Departures.random(1, 10));
            ProjectionSegments segments = here.bean(ProjectionSegments.class);

            assertThatThrownBy(() -> segments.merge(DEPARTURES, OptionalInt.empty(), BY))
                    .isInstanceOf(SegmentsRefused.class)
                    .hasMessage("projection transit.departures has one segment only");
            assertThatThrownBy(() -> segments.split(DEPARTURES, OptionalInt.of(7), BY))
                    .hasMessage("there is no segment 7; there are [0]");
            assertThatThrownBy(() -> segments.of("transit.nothing"))
                    .hasMessage("no node has started a projection called transit.nothing");
            segments.split(DEPARTURES, OptionalInt.of(0), BY);
            segments.split(DEPARTURES, OptionalInt.of(0), BY);
            assertThatThrownBy(() -> segments.merge(DEPARTURES, OptionalInt.of(1), BY))
                    .hasMessage("segment 1 was cut on since; merge segment 0 first");
        }
    }

    private NodeProcess otherNode(Path folder) {
        return NodeProcess.start(
                "there",
                ReadModelNode.class,
                folder.resolve("there.log"),
                List.of(
                        "--server.port=0",
                        "--spring.datasource.url=" + database.jdbcUrl(),
                        "--spring.datasource.username=" + database.user(),
                        "--spring.datasource.password=" + database.password(),
                        "--spring.datasource.hikari.maximum-pool-size=8",
                        "--spring.flyway.enabled=false",
                        "--spring.main.banner-mode=off",
                        "--" + QUICKLY));
    }

    private static void awaitNodes(ProjectionSegments segments) {
        await().atMost(PATIENCE)
                .until(() -> segments.of(DEPARTURES).stream().allMatch(segment -> segment.node() != null));
    }
}
