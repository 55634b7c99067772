package dev.varve.transit.query;

import static dev.varve.transit.query.generated.Tables.DEPARTURE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.projection.Operator;
import dev.varve.projection.rebuild.Rebuild;
import dev.varve.projection.rebuild.Rebuild.State;
import dev.varve.projection.rebuild.RebuildRequest;
import dev.varve.projection.rebuild.Rebuilds;
import dev.varve.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jooq.DSLContext;
import org.junit.jupiter.api.Test;

/** Two nodes go on writing and reading while a read model is made anew. */
class RebuildUnderLoadIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Operator BY = new Operator("test", null);
    private static final int FIRST = 3_000;

    private static final String[] SETTINGS = {
        "varve.projection.segments=4", "varve.projection.batch-size=50", "varve.projection.rebuild-memory=8MB"
    };

    private final TestDatabase database = TestDatabase.migrated();

    @Test
    void every_read_sees_a_whole_model_and_nothing_is_lost_in_switch_and_undo() throws Exception {
        try (TransitReadModels one = TransitReadModels.start(database, SETTINGS);
                TransitReadModels two = TransitReadModels.start(database, SETTINGS);
                Load load = new Load(one, two, 1_000)) {
            Rebuilds rebuilds = one.bean(Rebuilds.class);

            Rebuild rebuild = rebuilds.start(RebuildRequest.of("transit.departures"), BY);
            awaitState(rebuilds, rebuild.id(), State.SWITCHED);
            int readsUntilSwitch = load.reads();
            await().atMost(PATIENCE).until(() -> load.reads() > readsUntilSwitch + 20);
            rebuilds.undo(rebuild.id(), BY);
            awaitState(rebuilds, rebuild.id(), State.UNDONE);
            load.stop();

            two.awaitPosition(one.head());
            assertThat(load.readers())
                    .allSatisfy(reader -> assertThat(reader.get()).isNull());
            assertThat(Departures.rows(one.database())).isEqualTo(Departures.foldedElsewhere(one));
        }
    }

    @Test
    void it_goes_on_elsewhere_however_often_its_connections_break() throws Exception {
        try (TransitReadModels one = TransitReadModels.start(database, SETTINGS);
                TransitReadModels two = TransitReadModels.start(database, SETTINGS);
                Load load = new Load(one, two, 1_000)) {
            Rebuilds rebuilds = one.bean(Rebuilds.class);
            SplittableRandom random = new SplittableRandom(7);

            Rebuild rebuild = rebuilds.start(RebuildRequest.of("transit.departures"), BY);
            for (int i = 0; i < 5; i++) {
                long before = System.nanoTime();
                long pause = random.nextLong(50_000_000, 900_000_000);
                await().pollInterval(Duration.ofMillis(10)).until(() -> System.nanoTime() - before > pause);
                // As if its node was gone: whatever is under way for the rebuild is broken off, and its lease is over.
                one.database().execute("""
                        SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
                        WHERE c.relname LIKE '%\\_\\_new\\_%' OR c.relname = 'rebuild' AND l.pid <> pg_backend_pid()""");
                one.database()
                        .execute("UPDATE projection.rebuild SET leased_until = '-infinity' WHERE state <> 'switched'");
            }
            awaitState(rebuilds, rebuild.id(), State.SWITCHED);
            load.stop();

            two.awaitPosition(one.head());
            assertThat(Departures.rows(one.database())).isEqualTo(Departures.foldedElsewhere(one));
            assertThat(rebuilds.leftovers()).isEmpty();
        }
    }

    @Test
    void it_switches_although_nodes_write_as_fast_as_they_can() throws Exception {
        try (TransitReadModels one = TransitReadModels.start(database, SETTINGS);
                TransitReadModels two = TransitReadModels.start(database, SETTINGS);
                Load load = new Load(one, two, Integer.MAX_VALUE)) {
            Rebuilds rebuilds = one.bean(Rebuilds.class);

            Rebuild rebuild = rebuilds.start(RebuildRequest.of("transit.departures"), BY);
            awaitState(rebuilds, rebuild.id(), State.SWITCHED);
            load.stop();
        }
    }

    private static void awaitState(Rebuilds rebuilds, long id, State state) {
        await().atMost(PATIENCE).until(() -> {
            Rebuild now = rebuilds.find(id).orElseThrow();
            if (now.state() == State.FAILED) {
                throw new AssertionError(now.error());
            }
            return now.state() == state;
        });
    }

    /** Writers and readers on both nodes, on top of rows that nobody deletes. */
    private static final class Load implements AutoCloseable {

        private static final int AT_ONCE = 50;

        private final long pause;
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final AtomicInteger reads = new AtomicInteger();
        private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
        private final List<Future<?>> writers;
        private final List<Future<?>> readers;

        /**
         * @param perSecond about so many events of both nodes together
         */
        private Load(TransitReadModels one, TransitReadModels two, int perSecond) {
            pause = TimeUnit.SECONDS.toNanos(2L * AT_ONCE) / perSecond;
            one.show(Departures.random(1, FIRST));
            int first = one.database().fetchCount(DEPARTURE);
            writers = List.of(executor.submit(() -> write(one, 1_000)), executor.submit(() -> write(two, 2_000)));
            readers = List.of(
                    executor.submit(() -> read(one.database(), first)),
                    executor.submit(() -> read(two.database(), first)));
        }

        private void write(TransitReadModels node, long seed) {
            long due = System.nanoTime();
            for (long i = seed; !stopped.get(); i++) {
                node.record(Departures.random(i, AT_ONCE));
                due += pause;
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }

        private void read(DSLContext rows, int first) {
            while (!stopped.get()) {
                assertThat(rows.fetchCount(DEPARTURE, DEPARTURE.DEPARTURE_ID.startsWith("1-")))
                        .isEqualTo(first);
                reads.incrementAndGet();
            }
        }

        private int reads() {
            return reads.get();
        }

        private List<Future<?>> readers() {
            return readers;
        }

        private void stop() throws Exception {
            stopped.set(true);
            for (Future<?> writer : writers) {
                writer.get();
            }
        }

        @Override
        public void close() {
            stopped.set(true);
            executor.close();
        }
    }
}
