package dev.varve.eventstore;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Writes long runs of events in their order, by binary COPY: several times as fast as {@link EventLog#append}.
 *
 * <p>Made for imports, takeovers and tests that need a big log. Works beside writers of the ordinary kind, because each
 * chunk takes the log's lock, gets the next dense positions and checks versions under it; in turn those writers wait for
 * one chunk, some tens of milliseconds. A chunk is a transaction: what {@link #append} wrote before a failure stays.
 * Knows no command receipts and no outbox messages, and has no limit on the size of an event but PostgreSQL's.
 *
 * <p>For one thread at a time.
 */
public final class BulkWriter {

    private static final int CHUNK_EVENTS = 10_000;
    private static final int CHUNK_BYTES = 8 * 1024 * 1024;
    private static final int REMEMBERED_STREAMS = 200_000;
    private static final String UNIQUE_VIOLATION = "23505";

    /** What a version must be. */
    public enum Versions {
        /** The next one of its stream; a stream that does not exist begins at any. */
        NEXT,
        /** Whatever it is, in any order: what is taken over was decided elsewhere, and the caller has seen to duplicates. */
        AS_GIVEN
    }

    /**
     * Where a chunk ended up.
     *
     * @param lastPosition of its last event
     */
    public record Chunk(long firstPosition, long lastPosition) {}

    private final DataSource dataSource;
    private final Partitions partitions;
    private final Versions versions;

    /** The version of streams written lately; right as long as nobody else writes. */
    private final Map<String, Long> known = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > REMEMBERED_STREAMS;
        }
    };

    private long knownUpTo = -1;
    /** Id of the event at that position; another one is there if a chunk was rolled back and somebody else wrote. */
    private String knownEnd = "";

    private long partitionsCheckedAt = -1;

    /** @param partitions asked to stay ahead of what is written */
    public BulkWriter(DataSource dataSource, Partitions partitions, Versions versions) {
        this.dataSource = dataSource;
        this.partitions = partitions;
        this.versions = versions;
    }

    /**
     * Writes all of them, chunk by chunk, each in a transaction of its own.
     *
     * @return the position of the last event; 0 if there was none
     * @throws StreamConflictException if a version does not fit its stream; chunks before that one are written
     */
    public long append(Iterable<NewEvent> events) {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            List<NewEvent> chunk = new ArrayList<>(CHUNK_EVENTS);
            long bytes = 0;
            long last = 0;
            for (NewEvent event : events) {
                chunk.add(event);
                bytes += event.bytes();
                if (chunk.size() == CHUNK_EVENTS || bytes >= CHUNK_BYTES) {
                    last = commit(connection, chunk);
                    chunk.clear();
                    bytes = 0;
                }
            }
            return chunk.isEmpty() ? last : commit(connection, chunk);
        } catch (SQLException e) {
            throw new EventLogException("could not write events in bulk: " + e.getMessage(), e);
        }
    }

    private long commit(Connection connection, List<NewEvent> chunk) throws SQLException {
        try {
            Chunk written = write(connection, chunk);
            connection.commit();
            return written.lastPosition();
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        }
    }

    /**
     * Writes one chunk in the transaction of this connection, which must not have done anything yet; the log is locked
     * until the caller commits. After a failure the caller must roll back, and may go on.
     *
     * @throws StreamConflictException if a version does not fit its stream
     */
    public Chunk write(Connection connection, List<NewEvent> chunk) throws SQLException {
        try {
            keepPartitionsAhead();
            lock(connection);
            Head head = head(connection);
            if (head.position != knownUpTo || !head.eventId.equals(knownEnd)) {
                known.clear();
            }
            if (versions == Versions.NEXT) {
                check(connection, chunk);
            }
            copyEvents(connection, chunk, head);
            knownUpTo = head.position + chunk.size();
            knownEnd = chunk.isEmpty() ? head.eventId : chunk.getLast().eventId();
            return new Chunk(head.position + 1, knownUpTo);
        } catch (SQLException e) {
            knownUpTo = -1;
            throw explained(e, chunk);
        } catch (RuntimeException e) {
            knownUpTo = -1;
            throw e;
        }
    }

    private void keepPartitionsAhead() throws SQLException {
        if (partitionsCheckedAt < 0 || knownUpTo - partitionsCheckedAt >= partitions.size()) {
            partitions.makeAhead();
            partitionsCheckedAt = Math.max(knownUpTo, 0);
        }
    }

    // As event_store.append does it: each statement after the lock sees what was committed before it, and a plan made
    // while the tables were young must not scan them.
    private static final String LOCK = """
            SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
            SET LOCAL lock_timeout = '30s';
            SET LOCAL enable_seqscan = off;
            SET LOCAL enable_bitmapscan = off;
            SET LOCAL enable_hashjoin = off;
            SET LOCAL enable_mergejoin = off;
            SELECT pg_advisory_xact_lock(8608001, 1)
            """;

    private static void lock(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(LOCK);
        }
    }

    private record Head(long position, Instant latest, String eventId) {}

    private static final String HEAD = """
            SELECT position, latest_recorded_at, event_id FROM event_store.event ORDER BY position DESC LIMIT 1
            """;

    private static Head head(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(HEAD);
                ResultSet rows = statement.executeQuery()) {
            return rows.next()
                    ? new Head(
                            rows.getLong(1),
                            rows.getObject(2, OffsetDateTime.class).toInstant(),
                            rows.getString(3))
                    : new Head(0, Instant.MIN, "");
        }
    }

    private void check(Connection connection, List<NewEvent> chunk) throws SQLException {
        Map<String, Long> found = askForUnknown(connection, chunk);
        for (NewEvent event : chunk) {
            if (event.streamType() == null) {
                continue;
            }
            @Nullable Long last = known.get(event.streamId());
            if (last == null) {
                last = found.get(event.streamId());
            }
            if (last != null && event.version() != last + 1) {
                throw new StreamConflictException(event.streamId(), event.version() - 1, last);
            }
            known.put(event.streamId(), event.version());
        }
    }

    private static final String STREAM_VERSIONS = """
            SELECT v.id, v.version
            FROM (SELECT s.id, coalesce(
                      (SELECT e.version FROM event_store.event e
                       WHERE e.stream_id = s.id AND e.position >= event_store.stream_since(s.id)
                       ORDER BY e.version DESC LIMIT 1),
                      (SELECT -2 FROM event_store.stream t WHERE t.stream_id = s.id)) AS version
                  FROM unnest(?) AS s (id)) v
            WHERE v.version IS NOT NULL
            """;

    /** Those that are nowhere are left out; one of which all was archived is at version -2, which nothing follows. */
    private Map<String, Long> askForUnknown(Connection connection, List<NewEvent> chunk) throws SQLException {
        Map<String, NewEvent> unknown = new LinkedHashMap<>();
        for (NewEvent event : chunk) {
            if (event.streamType() != null && !known.containsKey(event.streamId())) {
                unknown.putIfAbsent(event.streamId(), event);
            }
        }
        return unknown.isEmpty()
                ? Map.of()
                : streamVersions(connection, unknown.keySet().toArray(String[]::new));
    }

    private static Map<String, Long> streamVersions(Connection connection, String[] streams) throws SQLException {
        Map<String, Long> found = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(STREAM_VERSIONS)) {
            statement.setArray(1, connection.createArrayOf("text", streams));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.put(rows.getString(1), rows.getLong(2));
                }
            }
        }
        return found;
    }

    private static final String COPY_EVENTS = """
            COPY event_store.event (position, event_id, stream_type, stream_id, version, type, revision,
                                    recorded_at, latest_recorded_at, payload, metadata) FROM STDIN (FORMAT binary)
            """;

    private static void copyEvents(Connection connection, List<NewEvent> chunk, Head head) throws SQLException {
        try (CopyFormat rows = CopyFormat.begin(connection, COPY_EVENTS)) {
            long position = head.position;
            Instant latest = head.latest;
            for (NewEvent event : chunk) {
                latest = event.recordedAt().isAfter(latest) ? event.recordedAt() : latest;
                rows.row(11)
                        .bigint(++position)
                        .text(event.eventId())
                        .text(event.streamType())
                        .text(event.streamId())
                        .bigint(event.version())
                        .text(event.type())
                        .text(event.revision())
                        .timestamptz(event.recordedAt())
                        .timestamptz(latest)
                        .bytea(event.payload())
                        .bytea(event.metadata());
            }
            rows.end();
        }
    }

    /** A stream that should have been new and is not was told by its row: says which it is, as a conflict. */
    private SQLException explained(SQLException failure, List<NewEvent> chunk) throws SQLException {
        if (!UNIQUE_VIOLATION.equals(failure.getSQLState())) {
            return failure;
        }
        Map<String, NewEvent> first = new LinkedHashMap<>();
        for (NewEvent event : chunk) {
            first.putIfAbsent(event.streamId(), event);
        }
        try (Connection connection = dataSource.getConnection()) {
            Map<String, Long> found = streamVersions(connection, first.keySet().toArray(String[]::new));
            for (Map.Entry<String, NewEvent> begun : first.entrySet()) {
                @Nullable Long actual = found.get(begun.getKey());
                if (actual != null && begun.getValue().version() <= actual) {
                    throw new StreamConflictException(
                            begun.getKey(), begun.getValue().version() - 1, actual);
                }
            }
        }
        return failure;
    }
}
