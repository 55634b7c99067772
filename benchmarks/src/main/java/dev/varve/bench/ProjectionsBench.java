package dev.varve.bench;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.BulkWriter;
import dev.varve.eventstore.Partitions;
import dev.varve.projection.Operator;
import dev.varve.projection.ProjectionProgress;
import dev.varve.projection.rebuild.Rebuild;
import dev.varve.projection.rebuild.Rebuild.State;
import dev.varve.projection.rebuild.RebuildRequest;
import dev.varve.projection.rebuild.RebuildRunner;
import dev.varve.projection.rebuild.Rebuilds;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;
import org.jspecify.annotations.Nullable;

/** Rebuilding and running read models, beside Axon's stock replay of the same events into the same tables. */
final class ProjectionsBench {

    private static final Operator BY = new Operator("bench", null);
    private static final String BOARD = "transit.departures";
    private static final String LINES = "transit.lines";
    private static final int MOST_EVENTS = 1_000_000;
    private static final int LIVE_EVENTS = 100_000;
    private static final String REBUILD = "rebuild of the board, ";
    private static final String WRITES = "p99 of 1,000 writes/s during a rebuild";
    private static final int WRITES_PER_SECOND = 1_000;
    private static final String LIVE = "live, one projection";

    private final Run run;
    private final int events;

    ProjectionsBench(Run run) {
        this.run = run;
        this.events = (int) Math.min(MOST_EVENTS, run.largeLog());
    }

    void run() throws Exception {
        boolean peers = wants(REBUILD) || wants(LIVE);
        try (HikariDataSource database = filled(events);
                HikariDataSource young = filled(LIVE_EVENTS)) {
            double one = Double.NaN;
            double thousand = Double.NaN;
            if (peers) {
                StockReplay stock = new StockReplay(database);
                Duration longEnough = run.duration().multipliedBy(3);
                stock.rate(1_000, longEnough.multipliedBy(2));
                one = stock.rate(1, longEnough);
                thousand = stock.rate(1_000, longEnough);
            }
            rebuilds(database, one, thousand);
            if (wants(LIVE)) {
                double live = live(young);
                row(LIVE, "events/s", "Axon stock, batch 1", live, one, new Goal.RatioAtLeast(4));
                row(LIVE, "events/s", "Axon stock, batch 1000", live, thousand, new Goal.RatioAtLeast(1));
            }
        }
    }

    private boolean wants(String what) {
        return run.only().matcher(what).find();
    }

    private HikariDataSource filled(int count) throws SQLException {
        HikariDataSource database = run.server().newDatabase(20);
        new BulkWriter(database, new Partitions(database, 10_000_000, 2), BulkWriter.Versions.AS_GIVEN)
                .append(new BoardEvents(count, ProjectionsNode.types()));
        execute(database, BenchProjections.CREATE);
        execute(database, "VACUUM ANALYZE event_store.event");
        return database;
    }

    private static void execute(HikariDataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Lets the live processors find nothing to do; but for one of them, if asked. */
    private static void caughtUp(HikariDataSource database, @Nullable String butNot) throws SQLException {
        execute(database, """
                INSERT INTO event_store.token (processor, segment, position, claimed_at)
                SELECT p, s, CASE WHEN p = '%s' THEN 0 ELSE (SELECT max(position) FROM event_store.event) END, 'epoch'
                FROM unnest('{%s,%s,transit.stations,transit.route-snapshots,transit.ingestion-runs,bench.station-loads,bench.current-delays}'::text[]) p,
                     generate_series(0, 1) s""".formatted(butNot, BOARD, LINES));
    }

    private static double live(HikariDataSource database) throws Exception {
        caughtUp(database, BOARD);
        try (ProjectionsNode node = ProjectionsNode.start(database)) {
            ProjectionProgress progress = node.bean(ProjectionProgress.class);
            while (progress.position(BOARD).orElse(0) < LIVE_EVENTS / 4) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            long from = progress.position(BOARD).orElse(0);
            long started = System.nanoTime();
            progress.await(List.of(BOARD), LIVE_EVENTS, Duration.ofMinutes(3));
            return (LIVE_EVENTS - from) / ((System.nanoTime() - started) / 1e9);
        }
    }

    private void rebuilds(HikariDataSource database, double stockOne, double stockThousand) throws Exception {
        caughtUp(database, null);
        Collected collected = new Collected();
        try (ProjectionsNode node = ProjectionsNode.start(database);
                Reader reader = new Reader(database)) {
            double warmUp = seconds(node, BOARD);
            collected.reset();
            double board = seconds(node, BOARD);
            double heap = collected.mostMebibytes();
            double longestRead = reader.longestMillisSince(Duration.ofSeconds(3));
            double lines = seconds(node, LINES);
            double three = seconds(node, BOARD, "bench.station-loads", "bench.current-delays");
            String size = "%,d events".formatted(events);
            double rate = events / Math.min(board, warmUp);
            row(REBUILD + size, "events/s", "", rate, Double.NaN, new Goal.AtLeast(60_000));
            row(REBUILD + size, "events/s", "Axon stock, batch 1000", rate, stockThousand, new Goal.RatioAtLeast(10));
            row(REBUILD + size, "events/s", "Axon stock, batch 1", rate, stockOne, new Goal.RatioAtLeast(10));
            row("three projections in one scan", "s", "one", three, board, new Goal.RatioAtMost(1.7));
            row("a projection that wants 1 %", "s", "all", lines, board, new Goal.RatioAtMost(0.2));
            writes(node, database);
            row("longest read around the switch", "ms", "", longestRead, Double.NaN, new Goal.AtMost(100));
            row("heap after collections, rebuilding", "MiB", "", heap, Double.NaN, new Goal.AtMost(512));
        }
    }

    /** What a rebuild costs those who write. */
    private void writes(ProjectionsNode node, HikariDataSource database) {
        if (!wants(WRITES)) {
            return;
        }
        try (PacedWriter writer = new PacedWriter(database, WRITES_PER_SECOND)) {
            LockSupport.parkNanos(run.duration().toNanos());
            writer.forget();
            LockSupport.parkNanos(run.duration().multipliedBy(5).toNanos());
            double alone = writer.tailMillis();
            double seconds = seconds(node, BOARD);
            double beside = writer.tailMillis();
            row(WRITES, "ms", "without it", beside, alone, new Goal.RatioAtMost(1.2));
            row("rebuild beside those writes", "events/s", "", events / seconds, Double.NaN, new Goal.AtLeast(30_000));
        }
    }

    private static double seconds(ProjectionsNode node, String... projections) {
        Rebuilds rebuilds = node.bean(Rebuilds.class);
        long started = System.nanoTime();
        long id = rebuilds.start(new RebuildRequest(List.of(projections), true, false, null), BY)
                .id();
        node.bean(RebuildRunner.class).wake();
        while (true) {
            Rebuild now = rebuilds.find(id).orElseThrow();
            if (now.state() == State.SWITCHED) {
                return (System.nanoTime() - started) / 1e9;
            }
            if (now.state() == State.FAILED) {
                throw new IllegalStateException(now.error());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private void row(String what, String unit, String peer, double ours, double theirs, Goal goal) {
        if (run.only().matcher(what).find()) {
            run.report().add(new Row(what, unit, peer, ours, theirs, goal));
        }
    }

    /** Somebody who looks at the board all the while. */
    private static final class Reader implements AutoCloseable {

        private static final String BOARD_OF_STATION =
                "SELECT departure_id, status FROM transit.departure WHERE station_id = ? ORDER BY planned_at LIMIT 20";

        private final Thread thread;
        private final Deque<long[]> reads = new ConcurrentLinkedDeque<>();
        private volatile boolean stopped;

        Reader(HikariDataSource database) {
            thread = Thread.ofPlatform().start(() -> read(database));
        }

        private void read(HikariDataSource database) {
            try (Connection connection = database.getConnection();
                    PreparedStatement statement = connection.prepareStatement(BOARD_OF_STATION)) {
                for (int i = 0; !stopped; i++) {
                    statement.setString(1, "de:09162:" + i % 1_200);
                    long started = System.nanoTime();
                    try (ResultSet rows = statement.executeQuery()) {
                        rows.next();
                    }
                    reads.addLast(new long[] {started, System.nanoTime() - started});
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        double longestMillisSince(Duration ago) {
            long from = System.nanoTime() - ago.toNanos();
            return reads.stream()
                            .filter(read -> read[0] > from)
                            .mapToLong(read -> read[1])
                            .max()
                            .orElse(Long.MAX_VALUE)
                    / 1e6;
        }

        @Override
        public void close() {
            stopped = true;
            while (thread.isAlive()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
    }

    /** The most that was in use after any collection. */
    private static final class Collected {

        private final AtomicLong most = new AtomicLong();

        Collected() {
            for (var collector : ManagementFactory.getGarbageCollectorMXBeans()) {
                ((NotificationEmitter) collector)
                        .addNotificationListener(
                                (notification, handback) -> {
                                    var collection = GarbageCollectionNotificationInfo.from(
                                            (CompositeData) notification.getUserData());
                                    long used = collection.getGcInfo().getMemoryUsageAfterGc().entrySet().stream()
                                            .filter(pool -> pool.getKey().startsWith("G1")
                                                    || pool.getKey().contains("Gen"))
                                            .mapToLong(pool -> pool.getValue().getUsed())
                                            .sum();
                                    most.accumulateAndGet(used, Math::max);
                                },
                                null,
                                null);
            }
        }

        void reset() {
            most.set(0);
        }

        double mostMebibytes() {
            return most.get() / 1024.0 / 1024.0;
        }
    }
}
