package dev.varve.projection.rebuild;

import dev.varve.projection.Fault;
import dev.varve.projection.Projection;
import dev.varve.projection.ProjectionFailed;
import dev.varve.projection.ProjectionSettings;
import dev.varve.projection.rebuild.Rebuild.State;
import dev.varve.projection.rebuild.RebuildPage.EventRefused;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Works on rebuilds that need a node, one at a time, so that this node's memory has a bound. Every node looks for work;
 * the database says who got it.
 */
public final class RebuildRunner implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(RebuildRunner.class);

    private static final long LOOK_AGAIN_MS = 2_000;
    private static final int LOOKS_PER_CLEANING = 15;
    private static final int RETRY_SECONDS = 5;

    private final Map<String, Projection<?>> projections;
    private final Work all;
    private final ProjectionVersions versions;
    private final ProjectionSettings settings;
    private final String node;
    private final Semaphore woken = new Semaphore(0);
    private volatile boolean running;
    private volatile @Nullable Pulse pulse;
    private @Nullable Thread thread;

    RebuildRunner(Work all, ProjectionVersions versions, ProjectionSettings settings, String node) {
        this.all = all;
        this.versions = versions;
        this.settings = settings;
        this.node = node;
        this.projections = all.projections().stream()
                .collect(Collectors.toMap(Projection::name, Function.identity(), (a, b) -> a, TreeMap::new));
    }

    /** Looks for work now and not only within the next seconds. */
    public void wake() {
        woken.release();
    }

    private void loop() {
        boolean noticed = false;
        for (long look = 0; running; look++) {
            try {
                if (!noticed) {
                    versions.notice(all.projections(), settings.onChange());
                    noticed = true;
                }
                if (look % LOOKS_PER_CLEANING == 0) {
                    clean();
                }
                while (running && workOnOne()) {
                    clean();
                }
                boolean unused = woken.tryAcquire(LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
                woken.drainPermits();
            } catch (InterruptedException e) {
                return;
            } catch (SQLException | RuntimeException e) {
                LOG.warn("rebuilds=not-looked-after retry_ms={}", LOOK_AGAIN_MS, e);
                try {
                    boolean unused = woken.tryAcquire(LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
                } catch (InterruptedException stop) {
                    return;
                }
            }
        }
    }

    private boolean workOnOne() throws SQLException, InterruptedException {
        Map<String, Integer> ours = new TreeMap<>();
        projections.forEach((name, projection) -> ours.put(name, projection.version()));
        Optional<Lease> lease = Lease.claim(all.dataSource(), node, ours);
        if (lease.isPresent()) {
            work(lease.get());
        }
        return lease.isPresent();
    }

    private void work(Lease lease) throws SQLException, InterruptedException {
        Rebuild rebuild = lease.read();
        List<Projection<?>> parts = rebuild.projections().stream()
                .filter(projections::containsKey)
                .<Projection<?>>map(projections::get)
                .toList();
        int retryAfter = 0;
        String error = null;
        try (Pulse beating = new Pulse(lease, rebuild)) {
            pulse = beating;
            beating.start();
            if (!running) {
                beating.stop();
            }
            new RebuildRun(all.of(parts), lease, beating).run();
        } catch (LeaseLost e) {
            LOG.warn("rebuild={} lease=lost", lease.id());
        } catch (SQLException | RuntimeException e) {
            if (isPassing(e)) {
                retryAfter = RETRY_SECONDS;
                error = words(e);
                LOG.warn("rebuild={} stopped=database retry_s={} cause={}", lease.id(), RETRY_SECONDS, error);
            } else {
                LOG.error("rebuild={} state=failed cause={}", lease.id(), words(e));
                fail(lease, rebuild, words(e));
            }
        } finally {
            pulse = null;
        }
        lease.release(retryAfter, error);
    }

    /** Whether the database was away or busy, so that the same work may well succeed later. */
    private static boolean isPassing(Exception e) {
        if (e instanceof SQLTransientException || e instanceof SQLRecoverableException) {
            return true;
        }
        if (!(e instanceof SQLException database)) {
            return false;
        }
        if (database.getSQLState() == null) {
            // What the server says has a state; this comes from the driver or the pool.
            return true;
        }
        String kind = database.getSQLState().substring(0, 2);
        return switch (kind) {
            // Connection, transaction rollback, resources, lock not available, operator intervention, system error.
            case "08", "40", "53", "55", "57", "58" -> !"55000".equals(database.getSQLState());
            default -> false;
        };
    }

    /** Why, for people; values of rows and events, which messages of the database and of other code quote, stay out of it. */
    private static String words(Exception e) {
        return switch (e) {
            case EventRefused ours -> String.valueOf(ours.getMessage());
            case RebuildImpossible ours -> String.valueOf(ours.getMessage());
            case ProjectionFailed ours -> String.valueOf(ours.getMessage());
            case SQLException database when isPassing(database) -> headline(database);
            case SQLException database -> Fault.of(database).toString();
            case RuntimeException other -> Fault.of(other).toString();
            default -> e.getClass().getName();
        };
    }

    /** Without the details that the server adds. */
    private static String headline(SQLException e) {
        ServerErrorMessage said = e instanceof PSQLException thrown ? thrown.getServerErrorMessage() : null;
        return String.valueOf(said == null ? e.getMessage() : said.getMessage());
    }

    private static void fail(Lease lease, Rebuild rebuild, String error) throws SQLException, InterruptedException {
        lease.inTransaction(connection -> {
            lease.note(error, connection);
            // The old tables of one that has switched are still good.
            lease.move(rebuild.state() == State.SWITCHED ? State.SWITCHED : State.FAILED, connection);
        });
    }

    private static final String RETIRE = """
            UPDATE projection.rebuild SET state = 'retired', ended_at = clock_timestamp()
            WHERE state = 'switched' AND wanted <> 'undo' AND kept_until < clock_timestamp()""";

    /** Old tables whose time is over, and what ended rebuilds left behind. */
    private void clean() throws SQLException {
        try (Connection connection = all.dataSource().getConnection()) {
            try (PreparedStatement statement = connection.prepareStatement(RETIRE)) {
                int retired = statement.executeUpdate();
                if (retired > 0) {
                    LOG.info("rebuilds_retired={}", retired);
                }
            }
            connection.setAutoCommit(false);
            try (Statement patience = connection.createStatement()) {
                patience.execute("SET LOCAL lock_timeout = '1s'");
                int dropped = BesideTables.dropLeftovers(connection);
                connection.commit();
                if (dropped > 0) {
                    LOG.info("rebuild_tables_dropped={}", dropped);
                }
            }
        } catch (SQLException e) {
            if (!isPassing(e)) {
                throw e;
            }
            LOG.info("rebuild_tables=not-dropped-yet reason={}", e.getMessage());
        }
    }

    @Override
    public void start() {
        running = true;
        if (!settings.enabled()) {
            return;
        }
        thread = Thread.ofPlatform().name("rebuild-runner").start(this::loop);
    }

    @Override
    public void stop() {
        running = false;
        Pulse beating = pulse;
        if (beating != null) {
            beating.stop();
        }
        wake();
        Thread started = thread;
        if (started != null) {
            try {
                started.join(TimeUnit.SECONDS.toMillis(30));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
