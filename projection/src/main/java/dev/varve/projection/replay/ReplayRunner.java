package dev.varve.projection.replay;

import dev.varve.eventstore.axon.EventDecoder;
import dev.varve.projection.Parking;
import dev.varve.projection.Projection;
import dev.varve.projection.ProjectionSettings;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Takes up replays that need a node, one at a time. */
public final class ReplayRunner implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(ReplayRunner.class);
    private static final Duration LONGEST_END = Duration.ofSeconds(30);
    private static final long INTERVAL = TimeUnit.SECONDS.toNanos(2);
    private static final int AGAIN_SECONDS = 2;

    private final Map<String, Projection<?>> projections;
    private final Parking parking;
    private final EventDecoder decoder;
    private final DataSource dataSource;
    private final ProjectionSettings settings;
    private final String node;
    private volatile boolean running;
    private volatile @Nullable Thread thread;

    /** @param node how this process is known to people */
    public ReplayRunner(
            Map<String, Projection<?>> projections,
            Parking parking,
            EventDecoder decoder,
            DataSource dataSource,
            ProjectionSettings settings,
            String node) {
        this.projections = Map.copyOf(projections);
        this.parking = parking;
        this.decoder = decoder;
        this.dataSource = dataSource;
        this.settings = settings;
        this.node = node;
    }

    @Override
    public void start() {
        if (!settings.enabled() || projections.isEmpty()) {
            return;
        }
        running = true;
        thread = Thread.ofVirtual().name("replay").start(this::work);
    }

    /** Looks for work now and not only within the next seconds. */
    public void wake() {
        LockSupport.unpark(thread);
    }

    private void work() {
        boolean failing = false;
        while (running) {
            try {
                boolean worked = takeUp();
                failing = false;
                if (worked) {
                    continue;
                }
            } catch (SQLException | RuntimeException e) {
                if (!failing) {
                    LOG.warn("replay=not-looked-for retry_ms={}", TimeUnit.NANOSECONDS.toMillis(INTERVAL), e);
                }
                failing = true;
            }
            LockSupport.parkNanos(this, INTERVAL);
        }
    }

    private boolean takeUp() throws SQLException {
        Optional<ReplayLease> claimed = ReplayLease.claim(dataSource, node, projections.keySet());
        if (claimed.isEmpty()) {
            return false;
        }
        ReplayLease lease = claimed.get();
        Projection<?> projection = projections.get(lease.projection());
        if (projection == null || !projection.replayable()) {
            lease.fail(notReplayable(lease.projection()), dataSource);
            return true;
        }
        LOG.info("replay={} projection={} state=running after={}", lease.id(), lease.projection(), lease.position());
        try {
            new ReplayRun<>(lease, projection, parking, decoder, dataSource).run(() -> running);
            lease.release(0, null, dataSource);
        } catch (SQLException | RuntimeException e) {
            LOG.warn("replay={} state=interrupted retry_s={} cause={}", lease.id(), AGAIN_SECONDS, words(e));
            lease.release(AGAIN_SECONDS, "tried again after: " + words(e), dataSource);
        }
        return true;
    }

    /** Messages of the database quote values. */
    private static String words(Exception e) {
        return e instanceof SQLException sql
                ? "SQLSTATE " + sql.getSQLState()
                : e.getClass().getName();
    }

    /** Why, and what to do instead. */
    public static String notReplayable(String projection) {
        return "the rows of projection %1$s do not tell which events they have seen, so a range cannot be applied again; rebuild it: ./varve projection rebuild %1$s"
                .formatted(projection);
    }

    @Override
    public void stop() {
        running = false;
        Thread working = thread;
        if (working != null) {
            LockSupport.unpark(working);
            try {
                if (!working.join(LONGEST_END)) {
                    LOG.warn("replay=not-ended after_s={}", LONGEST_END.toSeconds());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            thread = null;
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
