package dev.varve.eventstore;

import dev.varve.eventstore.AppendStatement.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The log in schema {@code event_store}.
 *
 * <p>Reads use the connection of the transaction that is open on the thread, if there is one, so that it sees its own
 * joined appends and needs no second connection.
 */
public final class PostgresEventLog implements EventLog, AutoCloseable {

    private final DataSource dataSource;
    private final AppendSettings settings;
    private final LogSignals signals;
    private final AppendQueue queue;
    private final LoadQueue loads;
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
        this.dataSource = dataSource;
        this.settings = settings;
        this.signals = signals;
        this.queue = new AppendQueue(dataSource, settings, signals);
        this.snapshots = new SnapshotQueue(dataSource);
        this.loads = new LoadQueue(this::loadStreams, settings.timeout());
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
        return TransactionSynchronizationManager.isActualTransactionActive()
                && TransactionSynchronizationManager.hasResource(dataSource)
                // One on another database keeps a connection here, too, once it has read; that commits each statement.
                && withConnection("look for an open transaction", connection -> !connection.getAutoCommit());
    }

    private Appended join(Append append) {
        signals.joined();
        Joining joining = new Joining(System.nanoTime());
        joiners.add(joining);
        Outcome outcome;
        try {
            outcome = onConnection(connection -> {
                CheckpointCommits.flush(connection);
                return AppendStatement.run(connection, signals.knownHead(), List.of(append))
                        .outcomes()
                        .getFirst();
            });
        } catch (SQLException e) {
            throw new AppendFailedException(
                    "the append could not join the open transaction, which cannot go on: " + e.getMessage(), false, e);
        } finally {
            joiners.remove(joining);
        }
        signals.wakeAfterCommit();
        return switch (outcome) {
            case Outcome.Written(Appended appended) -> appended;
            case Outcome.Refused(StreamConflictException conflict) -> throw conflict;
        };
    }

    private static final String READ_LOG = """
            SELECT position, event_id, stream_type, stream_id, version, type, revision, recorded_at, payload, metadata
            FROM event_store.read_log(?, ?)
            """;

    @Override
    public List<RecordedEvent> read(long after, int limit) {
        List<RecordedEvent> events = query("read the log after " + after, READ_LOG, statement -> {
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

    private static final String LOAD_STREAM = """
            SELECT position, event_id, stream_type, stream_id, version, type, revision, recorded_at, payload, metadata
            FROM event_store.load_stream(?, ?, false, ?)
            """;

    @Override
    public List<RecordedEvent> readStream(String streamId, long fromVersion, int limit) {
        return loadStream(streamId, fromVersion, limit);
    }

    @Override
    public List<RecordedEvent> readStreamWithSnapshot(String streamId, int limit) {
        LoadQueue.Wanted wanted = new LoadQueue.Wanted(streamId, limit);
        // In an open transaction its own connection is asked, which sees what it wrote.
        List<RecordedEvent> events = signals.monitor()
                .load(() -> TransactionSynchronizationManager.hasResource(dataSource)
                        ? loadStreams(List.of(wanted)).getFirst()
                        : loads.load(wanted));
        return unlessArchived(streamId, events);
    }

    @Override
    public List<List<RecordedEvent>> readStreamsWithSnapshots(List<String> streamIds, int limit) {
        List<List<RecordedEvent>> streams = new ArrayList<>(streamIds.size());
        for (int from = 0; from < streamIds.size(); from += LoadQueue.MOST_STREAMS) {
            List<LoadQueue.Wanted> wanted =
                    streamIds.subList(from, Math.min(streamIds.size(), from + LoadQueue.MOST_STREAMS)).stream()
                            .map(streamId -> new LoadQueue.Wanted(streamId, limit))
                            .toList();
            for (List<RecordedEvent> events : loadStreams(wanted)) {
                streams.add(unlessArchived(streamIds.get(streams.size()), events));
            }
        }
        return streams;
    }

    private List<RecordedEvent> unlessArchived(String streamId, List<RecordedEvent> events) {
        if (events.isEmpty() || events.getLast().position() != BEGAN_IN_THE_ARCHIVE) {
            return events;
        }
        refuseIfArchived(streamId, 0);
        return events.subList(0, events.size() - 1);
    }

    /** Instead of a question for each stream that is new, which nearly all streams without events are. */
    private static final long BEGAN_IN_THE_ARCHIVE = -1;

    private static final String LOAD_STREAMS = """
            SELECT stream, at, event_id, stream_type, version, type, revision, recorded_at, payload, metadata
            FROM event_store.load_streams(?, ?)
            """;

    private List<List<RecordedEvent>> loadStreams(List<LoadQueue.Wanted> wanted) {
        String what = wanted.size() == 1
                ? "read stream " + wanted.getFirst().streamId()
                : "read " + wanted.size() + " streams";
        return withConnection(what, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(LOAD_STREAMS)) {
                Arguments arguments = new Arguments(connection, statement);
                arguments.add(wanted.stream().map(LoadQueue.Wanted::streamId).toArray(String[]::new));
                arguments.add(wanted.stream().mapToInt(LoadQueue.Wanted::limit).toArray());
                try (ResultSet rows = statement.executeQuery()) {
                    return streams(wanted, rows);
                }
            }
        });
    }

    private static List<List<RecordedEvent>> streams(List<LoadQueue.Wanted> wanted, ResultSet rows)
            throws SQLException {
        List<List<RecordedEvent>> streams = new ArrayList<>(wanted.size());
        wanted.forEach(each -> streams.add(new ArrayList<>()));
        while (rows.next()) {
            int stream = rows.getInt(1) - 1;
            streams.get(stream)
                    .add(new RecordedEvent(
                            rows.getLong(2),
                            rows.getString(3),
                            rows.getString(4),
                            wanted.get(stream).streamId(),
                            rows.getLong(5),
                            rows.getString(6),
                            rows.getString(7),
                            rows.getObject(8, OffsetDateTime.class).toInstant(),
                            rows.getBytes(9),
                            rows.getBytes(10)));
        }
        return streams;
    }

    private List<RecordedEvent> loadStream(String streamId, long fromVersion, int limit) {
        List<RecordedEvent> events = signals.monitor()
                .load(() -> query("read stream " + streamId, LOAD_STREAM, statement -> {
                    statement.setString(1, streamId);
                    statement.setLong(2, fromVersion);
                    statement.setInt(3, limit);
                }));
        return checked(events, streamId, fromVersion);
    }

    private List<RecordedEvent> checked(List<RecordedEvent> events, String streamId, long fromVersion) {
        boolean fromSnapshot = !events.isEmpty() && events.getFirst().position() == 0;
        if (!fromSnapshot && (events.isEmpty() || events.getFirst().version() > fromVersion)) {
            refuseIfArchived(streamId, fromVersion);
        }
        return events;
    }

    private static final String ARCHIVED_BEFORE = """
            SELECT l.tail FROM event_store.stream t, (SELECT min(position) - 1 AS tail FROM event_store.event) l
            WHERE t.stream_id = ? AND t.first_position <= l.tail
                AND NOT EXISTS (SELECT FROM event_store.event e WHERE e.stream_id = t.stream_id AND e.version = ?)
            """;

    /** A stream that ended is one thing, one whose events are elsewhere another. */
    private void refuseIfArchived(String streamId, long fromVersion) {
        @Nullable Long tail = number("look for the beginning of stream " + streamId, ARCHIVED_BEFORE, statement -> {
            statement.setString(1, streamId);
            statement.setLong(2, fromVersion - 1);
        });
        if (tail != null) {
            throw new ArchivedEventsException("stream " + streamId + " from version " + fromVersion, tail);
        }
    }

    private static final String READ_AS_OF = """
            SELECT position, event_id, stream_type, stream_id, version, type, revision, recorded_at, payload, metadata
            FROM event_store.event
            WHERE stream_id = ? AND version BETWEEN ? AND ? AND position <= ?
              AND position >= (SELECT first_position FROM event_store.stream WHERE stream_id = ?)
            ORDER BY version LIMIT ?
            """;

    private static final String FIRST_LATER = """
            SELECT min(version) FROM event_store.event
            WHERE stream_id = ? AND recorded_at > ?
              AND position >= (SELECT first_position FROM event_store.stream WHERE stream_id = ?)
            """;

    @Override
    public List<RecordedEvent> readStreamAsOf(String streamId, AsOf asOf, long fromVersion, int limit) {
        long lastVersion = switch (asOf) {
            case AsOf.Version(long version) -> version;
            case AsOf.Time(Instant instant) -> lastVersionBy(streamId, instant);
            case AsOf.Position position -> Long.MAX_VALUE;
        };
        long lastPosition = asOf instanceof AsOf.Position(long position) ? position : Long.MAX_VALUE;
        return query("read stream " + streamId + " as of " + asOf, READ_AS_OF, statement -> {
            statement.setString(1, streamId);
            statement.setLong(2, fromVersion);
            statement.setLong(3, lastVersion);
            statement.setLong(4, lastPosition);
            statement.setString(5, streamId);
            statement.setInt(6, limit);
        });
    }

    private long lastVersionBy(String streamId, Instant instant) {
        @Nullable Long later = number("read stream " + streamId + " as of " + instant, FIRST_LATER, statement -> {
            statement.setString(1, streamId);
            statement.setObject(2, instant.atOffset(ZoneOffset.UTC));
            statement.setString(3, streamId);
        });
        return later == null ? Long.MAX_VALUE : later - 1;
    }

    private static final String RECEIPT = "SELECT last_position FROM event_store.command_receipt WHERE command_id = ?";

    @Override
    public OptionalLong receipt(String commandId) {
        @Nullable Long position =
                number("read the receipt of a command", RECEIPT, statement -> statement.setString(1, commandId));
        return position == null ? OptionalLong.empty() : OptionalLong.of(position);
    }

    private static final String STREAM_VERSION = """
            SELECT max(version) FROM event_store.event
            WHERE stream_id = ? AND position >= (SELECT first_position FROM event_store.stream WHERE stream_id = ?)
            """;

    @Override
    public OptionalLong streamVersion(String streamId) {
        @Nullable Long version = number("read the version of stream " + streamId, STREAM_VERSION, statement -> {
            statement.setString(1, streamId);
            statement.setString(2, streamId);
        });
        return version == null ? OptionalLong.empty() : OptionalLong.of(version);
    }

    private static final String HEAD = "SELECT max(position) FROM event_store.event";

    @Override
    public long head() {
        @Nullable Long head = number("read the head of the log", HEAD, statement -> {});
        return head == null ? 0 : head;
    }

    private static final String TAIL = "SELECT min(position) - 1 FROM event_store.event";

    @Override
    public long tail() {
        @Nullable Long tail = number("read the tail of the log", TAIL, statement -> {});
        return tail == null ? 0 : tail;
    }

    private static final String POSITION_BEFORE = "SELECT event_store.position_before(?)";

    @Override
    public long positionBefore(Instant instant) {
        @Nullable Long position = number(
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
        withConnection("store a snapshot of stream " + snapshot.streamId(), connection -> {
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

    /** Appends that wait for the writer. */
    public int queueDepth() {
        return queue.depth();
    }

    @Override
    public void close() {
        queue.close();
        snapshots.close();
    }

    private List<RecordedEvent> query(String what, String sql, Binding binding) {
        return withConnection(what, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                binding.bind(statement);
                try (ResultSet rows = statement.executeQuery()) {
                    List<RecordedEvent> events = new ArrayList<>();
                    while (rows.next()) {
                        events.add(LogRanges.event(rows));
                    }
                    return events;
                }
            }
        });
    }

    private @Nullable Long number(String what, String sql, Binding binding) {
        return this.<@Nullable Long>withConnection(what, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                binding.bind(statement);
                try (ResultSet rows = statement.executeQuery()) {
                    return rows.next() ? rows.getObject(1, Long.class) : null;
                }
            }
        });
    }

    private <T extends @Nullable Object> T withConnection(String what, Work<T> work) {
        try {
            return onConnection(work);
        } catch (SQLException e) {
            throw new EventLogException("could not " + what + ": " + e.getMessage(), e);
        }
    }

    /** On the thread's own connection or one for this piece of work, and not for longer than a caller may wait. */
    private <T extends @Nullable Object> T onConnection(Work<T> work) throws SQLException {
        Connection connection = DataSourceUtils.doGetConnection(dataSource);
        try {
            int before = connection.getNetworkTimeout();
            connection.setNetworkTimeout(
                    Runnable::run, Math.toIntExact(settings.timeout().toMillis()));
            try {
                return work.on(connection);
            } finally {
                if (!connection.isClosed()) {
                    connection.setNetworkTimeout(Runnable::run, before);
                }
            }
        } finally {
            DataSourceUtils.doReleaseConnection(connection, dataSource);
        }
    }

    @FunctionalInterface
    private interface Work<T extends @Nullable Object> {
        T on(Connection connection) throws SQLException;
    }

    @FunctionalInterface
    private interface Binding {
        void bind(PreparedStatement statement) throws SQLException;
    }
}
