package dev.varve.projection.rebuild;

import dev.varve.projection.rebuild.Rebuild.Part;
import dev.varve.projection.rebuild.Rebuild.State;
import dev.varve.projection.rebuild.Rebuild.Wanted;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jooq.Table;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a rebuild from where it stands as far as it goes. Every step leaves the database in a state from which another
 * node could go on, so an end at any moment, of the node or of PostgreSQL, costs only what was not yet recorded.
 */
final class RebuildRun {

    private static final Logger LOG = LoggerFactory.getLogger(RebuildRun.class);

    private final Work work;
    private final Lease lease;
    private final Pulse pulse;

    RebuildRun(Work work, Lease lease, Pulse pulse) {
        this.work = work;
        this.lease = lease;
        this.pulse = pulse;
    }

    void run() throws SQLException, InterruptedException {
        Rebuild rebuild = lease.read();
        LOG.info(
                "rebuild={} projections={} state={} wanted={} position={}",
                rebuild.id(),
                rebuild.projections(),
                rebuild.state().word(),
                rebuild.wanted().word(),
                rebuild.position());
        if (rebuild.wanted() == Wanted.UNDO) {
            undo(rebuild);
        } else if (rebuild.wanted() != Wanted.CANCEL) {
            build(rebuild);
        }
        if (pulse.wanted() == Wanted.CANCEL) {
            end(State.CANCELLED);
        }
    }

    private void build(Rebuild claimed) throws SQLException, InterruptedException {
        Rebuild rebuild = claimed;
        long started = System.nanoTime();
        if (rebuild.state() == State.FILLING) {
            new Filling(work, lease, pulse, rebuild).run(rebuild.position());
            rebuild = lease.read();
            LOG.info("rebuild={} filled_to={} took_ms={}", rebuild.id(), rebuild.position(), millisSince(started));
        }
        if (rebuild.state() == State.INDEXING && pulse.goOn()) {
            index(rebuild.newSuffix());
            lease.inTransaction(connection -> lease.move(State.CATCHING_UP, connection));
            rebuild = lease.read();
            LOG.info("rebuild={} indexed=all took_ms={}", rebuild.id(), millisSince(started));
        }
        if (!pulse.goOn() || rebuild.state() == State.FILLING || rebuild.state() == State.INDEXING) {
            return;
        }
        Rebuild filled = rebuild;
        CatchingUp catchingUp = new CatchingUp(
                work,
                lease,
                pulse,
                rebuild.newSuffix(),
                (position, connection) -> lease.record(position, pulse.events(), connection));
        long position = catchingUp.run(rebuild.position());
        if (rebuild.compare() && pulse.wanted() == Wanted.RUN && rebuild.state() != State.READY) {
            compare(catchingUp, rebuild, position);
        } else if (pulse.goOn() && (rebuild.switchItself() || pulse.wanted() == Wanted.SWITCH)) {
            new Switching(work, lease, pulse, catchingUp, rebuild.newSuffix(), rebuild.oldSuffix())
                    .run(position, (oldPositions, connection) -> switched(filled, oldPositions, connection));
        } else if (pulse.goOn()) {
            lease.inTransaction(connection -> lease.move(State.READY, connection));
        }
    }

    private static long millisSince(long started) {
        return (System.nanoTime() - started) / 1_000_000;
    }

    /** Tables side by side, each one's indexes one after another. */
    private void index(String suffix) throws SQLException, InterruptedException {
        try (ExecutorService executor = Executors.newFixedThreadPool(
                work.readers(), Thread.ofPlatform().name("rebuild-index-", 0).factory())) {
            List<Future<?>> running = new ArrayList<>();
            for (Table<?> table : BesideTables.of(work.projections()).tables()) {
                running.add(executor.submit(() -> {
                    lease.inTransaction(connection -> BesideTables.index(table, suffix, connection));
                    return table;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case SQLException database -> throw database;
                case RuntimeException ours -> throw ours;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    private void compare(CatchingUp catchingUp, Rebuild rebuild, long position)
            throws SQLException, InterruptedException {
        lease.inTransaction(connection -> lease.move(State.COMPARING, connection));
        List<String> differences = new Comparison(work, lease, catchingUp, rebuild.newSuffix()).run(position);
        LOG.info("rebuild={} differences={}", lease.id(), differences.size());
        boolean goesOn = differences.isEmpty() && rebuild.switchItself() && pulse.goOn();
        lease.inTransaction(connection -> {
            lease.differences(differences, connection);
            if (!goesOn && pulse.goOn()) {
                lease.move(State.READY, connection);
            }
        });
        if (goesOn) {
            new Switching(work, lease, pulse, catchingUp, rebuild.newSuffix(), rebuild.oldSuffix())
                    .run(
                            lease.read().position(),
                            (oldPositions, connection) -> switched(rebuild, oldPositions, connection));
        }
    }

    private static final String SUPERSEDE = """
            UPDATE projection.rebuild r SET state = 'retired', ended_at = clock_timestamp()
            WHERE r.state = 'switched' AND r.id <> ? AND EXISTS (
                SELECT FROM projection.rebuild_part theirs JOIN projection.rebuild_part ours USING (projection)
                WHERE theirs.rebuild = r.id AND ours.rebuild = ?)""";

    private static final String SWITCHED = """
            UPDATE projection.rebuild SET switched_at = clock_timestamp(), error = NULL,
                kept_until = clock_timestamp() + ? * interval '1 second'
            WHERE id = ?""";

    private static final String PUT_ASIDE = """
            UPDATE projection.rebuild_part p SET old_position = ?, old_version = v.version
            FROM projection.version v WHERE p.rebuild = ? AND p.projection = ? AND v.projection = p.projection""";

    private static final String NEW_VERSION = """
            UPDATE projection.version SET version = ?, declined = 0, since = clock_timestamp() WHERE projection = ?""";

    private void switched(Rebuild rebuild, Map<String, Long> oldPositions, Connection connection) throws SQLException {
        lease.move(State.SWITCHED, connection);
        // Two sets of old tables of one projection would be one too many to choose from.
        update(SUPERSEDE, connection, rebuild.id(), rebuild.id());
        update(SWITCHED, connection, work.retention().toSeconds(), rebuild.id());
        for (Part part : rebuild.parts()) {
            update(
                    PUT_ASIDE,
                    connection,
                    Objects.requireNonNull(oldPositions.get(part.projection())),
                    rebuild.id(),
                    part.projection());
            update(NEW_VERSION, connection, part.version(), part.projection());
        }
    }

    private void undo(Rebuild rebuild) throws SQLException, InterruptedException {
        long from = rebuild.parts().stream()
                .map(Part::oldPosition)
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .min()
                .orElse(0);
        CatchingUp catchingUp = new CatchingUp(work, lease, pulse, rebuild.oldSuffix(), lease::recordOld);
        new Switching(work, lease, pulse, catchingUp, rebuild.oldSuffix(), rebuild.newSuffix())
                .run(from, (oldPositions, connection) -> undone(rebuild, connection));
    }

    private static final String OLD_VERSION = """
            UPDATE projection.version SET version = coalesce(?, version), declined = ?, since = clock_timestamp()
            WHERE projection = ?""";

    private void undone(Rebuild rebuild, Connection connection) throws SQLException {
        lease.note(null, connection);
        lease.move(State.UNDONE, connection);
        for (Part part : rebuild.parts()) {
            update(OLD_VERSION, connection, part.oldVersion(), part.version(), part.projection());
        }
    }

    private void end(State state) throws SQLException, InterruptedException {
        lease.inTransaction(connection -> lease.move(state, connection));
    }

    private static void update(String sql, Connection connection, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }
}
