package dev.varve.eventstore;

import dev.varve.eventstore.AppendStatement.Outcome;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The log in schema {@code event_store}.
 *
 * <p>Reads and joined appends use the caller's connection where there is one; all other appends go through the queue.
 */
public final class PostgresEventLog implements EventLog, AutoCloseable {

    private final CallerConnections connections;
    private final AppendSettings settings;
    private final LogSignals signals;
    private final AppendQueue queue;
    private final StreamReads streams;
    private final SnapshotQueue snapshots;
    private final Set<Joining> joiners = ConcurrentHashMap.newKeySet();

    /** An append that waits inside a transaction of its caller's; compared by identity. */
    private static final class Joining {
        private final long since;

        Joining(long since) {
            this.since = since;
        }
    }

    public PostgresEventLog(DataSource dataSource, AppendSettings settings, LogSignals signals) {
        this.settings = settings;
        this.signals = signals;
        this.queue = new AppendQueue(dataSource, settings, signals);
        this.snapshots = new SnapshotQueue(dataSource);
        this.connections = new CallerConnections(dataSource, settings.timeout());
        this.streams = new StreamReads(connections, signals, settings.timeout());
    }

    @Override
    public Appended append(Append asked) {
        asked.events().forEach(event -> event.checkSize(settings.maxEventBytes()));
        Append append = asked.withNewNear(signals.knownHead());
        try {
            return joinsTransaction()
                    ? signals.monitor().append(true, () -> join(append))
                    : signals.monitor().append(false, () -> queue.append(append));
        } catch (StreamConflictException e) {
            signals.conflict();
            throw e;
        }
    }

    @Override
    public boolean joinsTransaction() {
        // Without synchronizations only while they are told of the end of a transaction, which is over then.
        return TransactionSynchronizationManager.isActualTransactionActive()
                && TransactionSynchronizationManager.isSynchronizationActive()
                && connections.isBound()
                // One on another database keeps a connection here, too, once it has read; that commits each statement.
                && connections.run("look for an open transaction", connection -> !connection.getAutoCommit());
    }

    private Appended join(Append append) {
        signals.joined();
        Joining joining = new Joining(System.nanoTime());
        joiners.add(joining);
        Outcome outcome;
        try {
            outcome = connections.run(connection -> {
                boolean isFirst =
                        connection.unwrap(BaseConnection.class).getTransactionState() == TransactionState.IDLE;
                CheckpointCommits.flush(connection);
                Outcome joined = AppendStatement.run(connection, signals.knownHead(), List.of(append))
                        .outcomes()
                        .getFirst();
                if (isFirst && joined instanceof Outcome.Refused) {
                    // Nothing else is in it, but the lock, which after a commit would be held until all callbacks have
                    // run.
                    connection.rollback();
                }
                return joined;
            });
        } catch (SQLException e) {
            throw new AppendFailedException(
                    "the append could not join the open transaction, which cannot go on: " + e.getMessage(), false, e);
        } finally {
            joiners.remove(joining);
        }
        signals.wakeAfterCommit(this::commitAnew);
        return switch (outcome) {
            case Outcome.Written(Appended appended) -> appended;
            case Outcome.Refused(StreamConflictException conflict) -> throw conflict;
        };
    }

    private void commitAnew() {
        connections.<@Nullable Void>run("commit what was appended after a commit", connection -> {
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
            return null;
        });
    }

    private static final String READ_LOG = """
            SELECT position, event_id, stream_type, stream_id, version, type, revision, recorded_at, payload, metadata
            FROM event_store.read_log(?, ?)
            """;

    @Override
    public List<RecordedEvent> read(long after, int limit) {
        List<RecordedEvent> events = connections.events("read the log after " + after, READ_LOG, statement -> {
            statement.setLong(1, after);
            statement.setInt(2, limit);
        });
        // Positions are dense, so what is missing at the beginning was archived, or has not been written yet.
        boolean complete = events.isEmpty()
                ? after >= signals.knownHead()
                : events.getFirst().position() == after + 1;
        if (!complete) {
            long tail = tail();
            if (after < tail) {
                throw new ArchivedEventsException("position " + (after + 1), tail);
            }
        }
        return events;
    }

    @Override
    public List<RecordedEvent> readStream(String streamId, long fromVersion, int limit) {
        return streams.read(streamId, fromVersion, limit);
    }

    @Override
    public List<RecordedEvent> readStreamWithSnapshot(String streamId, int limit) {
        return streams.readWithSnapshot(streamId, limit);
    }

    @Override
    public List<List<RecordedEvent>> readStreamsWithSnapshots(List<String> streamIds, int limit) {
        return streams.readWithSnapshots(streamIds, limit);
    }

    @Override
    public List<RecordedEvent> readStreamAsOf(String streamId, AsOf asOf, long fromVersion, int limit) {
        return streams.readAsOf(streamId, asOf, fromVersion, limit);
    }

    @Override
    public OptionalLong streamVersion(String streamId) {
        return streams.version(streamId);
    }

    private static final String RECEIPT = "SELECT last_position FROM event_store.command_receipt WHERE command_id = ?";

    @Override
    public OptionalLong receipt(String commandId) {
        @Nullable Long position = connections.number(
                "read the receipt of a command", RECEIPT, statement -> statement.setString(1, commandId));
        return position == null ? OptionalLong.empty() : OptionalLong.of(position);
    }

    private static final String HEAD = "SELECT max(position) FROM event_store.event";

    @Override
    public long head() {
        @Nullable Long head = connections.number("read the head of the log", HEAD, statement -> {});
        return head == null ? 0 : head;
    }

    private static final String TAIL = "SELECT min(position) - 1 FROM event_store.event";

    @Override
    public long tail() {
        @Nullable Long tail = connections.number("read the tail of the log", TAIL, statement -> {});
        return tail == null ? 0 : tail;
    }

    private static final String POSITION_BEFORE = "SELECT event_store.position_before(?)";

    @Override
    public long positionBefore(Instant instant) {
        @Nullable Long position = connections.number(
                "find the position of " + instant,
                POSITION_BEFORE,
                statement -> statement.setObject(1, instant.atOffset(ZoneOffset.UTC)));
        return position == null ? 0 : position;
    }

    private static final String STORE_SNAPSHOT = """
            WITH older AS (DELETE FROM event_store.snapshot WHERE stream_id = ? AND version < ?)
            INSERT INTO event_store.snapshot
                (stream_id, version, stream_type, event_id, type, revision, recorded_at, payload, metadata)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (stream_id, version) DO UPDATE SET
                event_id = excluded.event_id, type = excluded.type, revision = excluded.revision,
                recorded_at = excluded.recorded_at, payload = excluded.payload, metadata = excluded.metadata
            """;

    @Override
    public void storeSnapshot(NewEvent snapshot) {
        connections.run("store a snapshot of stream " + snapshot.streamId(), connection -> {
            try (PreparedStatement statement = connection.prepareStatement(STORE_SNAPSHOT)) {
                statement.setString(1, snapshot.streamId());
                statement.setLong(2, snapshot.version());
                statement.setString(3, snapshot.streamId());
                statement.setLong(4, snapshot.version());
                statement.setString(5, snapshot.streamType());
                statement.setString(6, snapshot.eventId());
                statement.setString(7, snapshot.type());
                statement.setString(8, snapshot.revision());
                statement.setObject(9, snapshot.recordedAt().atOffset(ZoneOffset.UTC));
                statement.setBytes(10, snapshot.payload());
                statement.setBytes(11, snapshot.metadata());
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public void keepSnapshot(NewEvent snapshot, long position) {
        snapshots.add(snapshot, position);
    }

    /** How long appends have waited by now. */
    public AppendWaits waits() {
        long now = System.nanoTime();
        long longest =
                joiners.stream().mapToLong(joining -> now - joining.since).max().orElse(0);
        return queue.waits(Duration.ofNanos(longest));
    }

    /** What this node has asked PostgreSQL about the log and has no answer to. */
    public List<Unanswered> unanswered() {
        return Stream.concat(queue.unanswered(), connections.unanswered()).toList();
    }

    /** Appends that wait for the writer. */
    public int queueDepth() {
        return queue.depth();
    }

    @Override
    public void close() {
        queue.close();
        snapshots.close();
    }
}
