package dev.varve.eventstore.adoption;

import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.adoption.EventDigest.Content;
import dev.varve.eventstore.adoption.OldEvents.OldEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.LongConsumer;

/** Counts and digests of what each side holds, each read from its own tables. */
final class Contents {

    private static final int FETCHED = 1_000;
    private static final int PIECE = 5_000;
    private static final long PIECE_BYTES = 8L << 20;

    private Contents() {}

    static Content ofOldEvents(Connection connection, OldTable table, TypeNames names, long upTo) throws SQLException {
        EventDigest digest = new EventDigest();
        try (OldEvents events = OldEvents.open(connection, table, names, -1, upTo)) {
            for (List<OldEvent> piece = events.next(PIECE, PIECE_BYTES);
                    !piece.isEmpty();
                    piece = events.next(PIECE, PIECE_BYTES)) {
                piece.forEach(event -> digest.add(event.event()));
            }
        }
        return digest.content();
    }

    private static final String EVENTS = """
            SELECT event_id, stream_type, stream_id, version, type, revision, recorded_at, payload, metadata
            FROM event_store.event WHERE position <= ? ORDER BY position
            """;

    /** @param progress is told how many events were read */
    static Content ofLog(Connection connection, long upTo, LongConsumer progress) throws SQLException {
        EventDigest digest = new EventDigest();
        try (PreparedStatement statement = connection.prepareStatement(EVENTS)) {
            statement.setFetchSize(FETCHED);
            statement.setLong(1, upTo);
            try (ResultSet rows = statement.executeQuery()) {
                for (long n = 1; rows.next(); n++) {
                    digest.add(recorded(rows));
                    if (n % PIECE == 0) {
                        progress.accept(n);
                    }
                }
            }
        }
        return digest.content();
    }

    private static NewEvent recorded(ResultSet rows) throws SQLException {
        return new NewEvent(
                rows.getString(1),
                rows.getString(2),
                rows.getString(3),
                rows.getLong(4),
                rows.getString(5),
                rows.getString(6),
                rows.getObject(7, OffsetDateTime.class).toInstant(),
                rows.getBytes(8),
                rows.getBytes(9));
    }

    private static final String SNAPSHOTS = """
            SELECT event_id, stream_type, stream_id, version, type, revision, recorded_at, payload, metadata
            FROM event_store.snapshot ORDER BY stream_id COLLATE "C", version
            """;

    static Content ofSnapshots(Connection connection) throws SQLException {
        EventDigest digest = new EventDigest();
        try (PreparedStatement statement = connection.prepareStatement(SNAPSHOTS)) {
            statement.setFetchSize(FETCHED);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    digest.add(recorded(rows));
                }
            }
        }
        return digest.content();
    }
}
