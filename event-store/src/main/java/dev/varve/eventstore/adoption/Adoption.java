package dev.varve.eventstore.adoption;

import dev.varve.eventstore.BulkWriter;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.OperatorAction;
import dev.varve.eventstore.OperatorActions;
import dev.varve.eventstore.Partitions;
import dev.varve.eventstore.adoption.AdoptionProgress.Phase;
import dev.varve.eventstore.adoption.AdoptionReport.TokenReport;
import dev.varve.eventstore.adoption.EventDigest.Content;
import dev.varve.eventstore.adoption.OldEvents.OldEvent;
import dev.varve.eventstore.adoption.OldTokens.OldToken;
import dev.varve.eventstore.axon.PostgresTokenStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Takes an Axon 4 store over into a log that is empty.
 *
 * <p>Events keep their order and get dense positions; which global index each had stays on record in
 * {@code event_store.adopted_range}, and tokens are translated by it. The old tables are only read. A chunk of events and
 * the checkpoint behind it are one transaction, so a takeover that was killed goes on where it was. It is finished, with
 * snapshots and tokens, only when both sides were read again and hold the same.
 */
public final class Adoption {

    private static final int CHUNK = 5_000;
    private static final long CHUNK_BYTES = 8L << 20;

    private final DataSource source;
    private final OldStore store;
    private final DataSource target;
    private final Partitions partitions;
    private final TypeNames names;
    private final String actor;

    /**
     * @param source the database of the old store; may be the same as the target
     * @param partitions of the target
     * @param actor who does it, for the record of operators' actions
     */
    public Adoption(
            DataSource source,
            OldStore store,
            DataSource target,
            Partitions partitions,
            TypeNames names,
            String actor) {
        this.source = source;
        this.store = store;
        this.target = target;
        this.partitions = partitions;
        this.names = names;
        this.actor = actor;
    }

    /**
     * Looks, and writes nothing.
     *
     * @throws AdoptionRefused naming everything that stands in the way
     */
    public Findings inspect() throws SQLException {
        try (Connection old = reading(source);
                Connection log = reading(target)) {
            OldTables tables = OldTables.find(old, store);
            if (Checkpoint.find(log, name(old, tables), names) == null) {
                Checkpoint.requireEmpty(log);
            }
            return new Inspection(old, tables, names).run();
        }
    }

    /**
     * Takes over what is not taken over yet, and compares both sides.
     *
     * @throws AdoptionRefused if something stands in the way, or the sides differ in the end
     */
    public AdoptionReport run(AdoptionProgress progress) throws SQLException, InterruptedException {
        try (Connection old = reading(source);
                Connection log = target.getConnection()) {
            OldTables tables = OldTables.find(old, store);
            Checkpoint begun = Checkpoint.find(log, name(old, tables), names);
            Findings found = new Inspection(old, tables, names).run();
            log.setAutoCommit(false);
            if (begun == null) {
                begun = Checkpoint.begin(log, name(old, tables), names);
                log.commit();
            }
            Checkpoint copied = begun.finished() ? begun : copy(old, tables, log, begun, found, progress);
            String digest = verify(tables, copied, progress);
            List<TokenReport> tokens = begun.finished() ? List.of() : finish(old, tables, log, copied);
            return new AdoptionReport(found, begun.lastPosition(), copied.lastPosition(), digest, tokens);
        }
    }

    private static Connection reading(DataSource dataSource) throws SQLException {
        Connection connection = dataSource.getConnection();
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setAutoCommit(false);
        return connection;
    }

    private static String name(Connection old, OldTables tables) throws SQLException {
        try (PreparedStatement statement = old.prepareStatement("SELECT current_database()");
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return "%s of database %s".formatted(tables.events().name(), rows.getString(1));
        }
    }

    private Checkpoint copy(
            Connection old,
            OldTables tables,
            Connection log,
            Checkpoint begun,
            Findings found,
            AdoptionProgress progress)
            throws SQLException, InterruptedException {
        BulkWriter writer = new BulkWriter(target, partitions, BulkWriter.Versions.AS_GIVEN);
        Checkpoint reached = begun;
        try (OldEvents events = OldEvents.open(old, tables.events(), names, begun.lastIndex(), found.lastIndex());
                ExecutorService reader = Executors.newSingleThreadExecutor()) {
            Future<List<OldEvent>> next = reader.submit(() -> events.next(CHUNK, CHUNK_BYTES));
            for (List<OldEvent> chunk = result(next); !chunk.isEmpty(); chunk = result(next)) {
                // Read while this one is being written.
                next = reader.submit(() -> events.next(CHUNK, CHUNK_BYTES));
                reached = write(writer, log, chunk, reached);
                progress.reached(Phase.COPY, reached.lastPosition(), found.events());
            }
        }
        return reached;
    }

    private static Checkpoint write(BulkWriter writer, Connection log, List<OldEvent> chunk, Checkpoint reached)
            throws SQLException {
        try {
            List<NewEvent> events = chunk.stream().map(OldEvent::event).toList();
            long first = writer.write(log, events).firstPosition();
            if (first != reached.lastPosition() + 1) {
                throw new AdoptionRefused(
                        "somebody else writes to the log: position %d was expected to be free, and the next is %d"
                                .formatted(reached.lastPosition() + 1, first));
            }
            Checkpoint moved = reached.movedPast(log, chunk);
            log.commit();
            return moved;
        } catch (SQLException | RuntimeException e) {
            log.rollback();
            throw e;
        }
    }

    /** Reads both sides once more, on connections of their own, and compares them. */
    private String verify(OldTables tables, Checkpoint copied, AdoptionProgress progress)
            throws SQLException, InterruptedException {
        try (Connection old = reading(source);
                Connection log = reading(target);
                ExecutorService reader = Executors.newSingleThreadExecutor()) {
            Future<Content> expected =
                    reader.submit(() -> Contents.ofOldEvents(old, tables.events(), names, Long.MAX_VALUE));
            Content actual = Contents.ofLog(
                    log, copied.lastPosition(), done -> progress.reached(Phase.VERIFY, done, copied.lastPosition()));
            requireEqual("events", result(expected), actual);
            return actual.digest();
        }
    }

    private static void requireEqual(String what, Content old, Content log) {
        if (!old.equals(log)) {
            throw new AdoptionRefused(
                    "the old store holds %d %s with digest %s and the log %d with %s; was the old store written to meanwhile?"
                            .formatted(old.events(), what, old.digest(), log.events(), log.digest()));
        }
    }

    private List<TokenReport> finish(Connection old, OldTables tables, Connection log, Checkpoint copied)
            throws SQLException {
        try {
            if (tables.snapshots().isPresent()) {
                requireEqual(
                        "snapshots", OldSnapshots.copy(old, tables.snapshots().get(), log), Contents.ofSnapshots(log));
            }
            List<TokenReport> tokens = tables.tokens().isPresent()
                    ? tokens(OldTokens.read(old, tables.tokens().get()).tokens(), log)
                    : List.of();
            Checkpoint.finish(log);
            OperatorActions.record(
                    log,
                    new OperatorAction(
                            actor,
                            "log.adopt",
                            name(old, tables),
                            null,
                            Map.of("last_position", copied.lastPosition(), "last_index", copied.lastIndex())));
            log.commit();
            return tokens;
        } catch (SQLException | RuntimeException e) {
            log.rollback();
            throw e;
        }
    }

    private static final String POSITION = "SELECT event_store.adopted_position(?)";

    private static List<TokenReport> tokens(List<OldToken> tokens, Connection log) throws SQLException {
        Serializer json = OldTokens.json();
        PostgresTokenStore store = new PostgresTokenStore(
                new SingleConnectionDataSource(log, true), json, Duration.ofSeconds(10), "adoption");
        List<TokenReport> reports = new ArrayList<>();
        try (PreparedStatement position = log.prepareStatement(POSITION)) {
            for (OldToken old : tokens) {
                @Nullable TrackingToken token = OldTokens.translated(old.token(), index -> {
                    position.setLong(1, index);
                    try (ResultSet rows = position.executeQuery()) {
                        rows.next();
                        return rows.getLong(1);
                    }
                });
                store.initializeSegment(token, old.processor(), old.segment());
                reports.add(report(old, token));
            }
        }
        return reports;
    }

    private static TokenReport report(OldToken old, @Nullable TrackingToken token) {
        return new TokenReport(
                old.processor(),
                old.segment(),
                token == null ? "none" : token.getClass().getSimpleName(),
                token instanceof GlobalSequenceTrackingToken sequence ? Long.valueOf(sequence.getGlobalIndex()) : null);
    }

    private static <T> T result(Future<T> future) throws SQLException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case SQLException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case null, default -> throw new IllegalStateException("reading failed", e);
            }
        }
    }
}
