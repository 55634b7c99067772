package dev.varve.eventstore;

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
import org.jspecify.annotations.Nullable;

/** Reads streams of the log: from a version, from a snapshot, or as they once were. */
final class StreamReads {

    private final CallerConnections connections;
    private final LogSignals signals;
    private final LoadQueue loads;

    /** @param timeout how long a load waits for those before it */
    StreamReads(CallerConnections connections, LogSignals signals, Duration timeout) {
        this.connections = connections;
        this.signals = signals;
        this.loads = new LoadQueue(this::load, timeout);
    }

    private static final String LOAD_STREAM = """
            SELECT position, event_id, stream_type, stream_id, version, type, revision, recorded_at, payload, metadata
            FROM event_store.load_stream(?, ?, ?)
            """;

    /** As {@link EventLog#readStream}. */
    List<RecordedEvent> read(String streamId, long fromVersion, int limit) {
        List<RecordedEvent> events = signals.monitor()
                .load(() -> connections.events("read stream " + streamId, LOAD_STREAM, statement -> {
                    statement.setString(1, streamId);
                    statement.setLong(2, fromVersion);
                    statement.setInt(3, limit);
                }));
        if (events.isEmpty() || events.getFirst().version() > fromVersion) {
            refuseIfArchived(streamId, fromVersion);
        }
        return events;
    }

    /** As {@link EventLog#readStreamWithSnapshot}. */
    List<RecordedEvent> readWithSnapshot(String streamId, int limit) {
        LoadQueue.Wanted wanted = new LoadQueue.Wanted(streamId, limit);
        // In an open transaction its own connection is asked, which sees what it wrote.
        List<RecordedEvent> events = signals.monitor()
                .load(() -> connections.isBound() ? load(List.of(wanted)).getFirst() : loads.load(wanted));
        return unlessArchived(streamId, events);
    }

    /** As {@link EventLog#readStreamsWithSnapshots}. */
    List<List<RecordedEvent>> readWithSnapshots(List<String> streamIds, int limit) {
        List<List<RecordedEvent>> streams = new ArrayList<>(streamIds.size());
        for (int from = 0; from < streamIds.size(); from += LoadQueue.MOST_STREAMS) {
            List<LoadQueue.Wanted> wanted =
                    streamIds.subList(from, Math.min(streamIds.size(), from + LoadQueue.MOST_STREAMS)).stream()
                            .map(streamId -> new LoadQueue.Wanted(streamId, limit))
                            .toList();
            for (List<RecordedEvent> events : load(wanted)) {
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

    private List<List<RecordedEvent>> load(List<LoadQueue.Wanted> wanted) {
        String what = wanted.size() == 1
                ? "read stream " + wanted.getFirst().streamId()
                : "read " + wanted.size() + " streams";
        return connections.run(what, connection -> {
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

    private static final String ARCHIVED_BEFORE = """
            SELECT l.tail FROM event_store.stream t, (SELECT min(position) - 1 AS tail FROM event_store.event) l
            WHERE t.stream_id = ? AND t.first_position <= l.tail
                AND NOT EXISTS (SELECT FROM event_store.event e WHERE e.stream_id = t.stream_id AND e.version = ?)
            """;

    /** A stream that ended is one thing, one whose events are elsewhere another. */
    private void refuseIfArchived(String streamId, long fromVersion) {
        @Nullable Long tail = connections.number("look for the beginning of stream " + streamId, ARCHIVED_BEFORE, statement -> {
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
              AND position >= (SELECT event_store.stream_since(?))
            ORDER BY version LIMIT ?
            """;

    private static final String FIRST_LATER = """
            SELECT min(version) FROM event_store.event
            WHERE stream_id = ? AND recorded_at > ?
              AND position >= (SELECT event_store.stream_since(?))
            """;

    /** As {@link EventLog#readStreamAsOf}. */
    List<RecordedEvent> readAsOf(String streamId, AsOf asOf, long fromVersion, int limit) {
        long lastVersion = switch (asOf) {
            case AsOf.Version(long version) -> version;
            case AsOf.Time(Instant instant) -> lastVersionBy(streamId, instant);
            case AsOf.Position position -> Long.MAX_VALUE;
        };
        long lastPosition = asOf instanceof AsOf.Position(long position) ? position : Long.MAX_VALUE;
        return connections.events("read stream " + streamId + " as of " + asOf, READ_AS_OF, statement -> {
            statement.setString(1, streamId);
            statement.setLong(2, fromVersion);
            statement.setLong(3, lastVersion);
            statement.setLong(4, lastPosition);
            statement.setString(5, streamId);
            statement.setInt(6, limit);
        });
    }

    private long lastVersionBy(String streamId, Instant instant) {
        @Nullable Long later = connections.number("read stream " + streamId + " as of " + instant, FIRST_LATER, statement -> {
            statement.setString(1, streamId);
            statement.setObject(2, instant.atOffset(ZoneOffset.UTC));
            statement.setString(3, streamId);
        });
        return later == null ? Long.MAX_VALUE : later - 1;
    }

    private static final String STREAM_VERSION = """
            SELECT max(version) FROM event_store.event
            WHERE stream_id = ? AND position >= (SELECT event_store.stream_since(?))
            """;

    /** As {@link EventLog#streamVersion}. */
    OptionalLong version(String streamId) {
        @Nullable Long version = connections.number("read the version of stream " + streamId, STREAM_VERSION, statement -> {
            statement.setString(1, streamId);
            statement.setString(2, streamId);
        });
        return version == null ? OptionalLong.empty() : OptionalLong.of(version);
    }
}
