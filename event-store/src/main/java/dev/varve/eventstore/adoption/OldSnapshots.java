package dev.varve.eventstore.adoption;

import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.adoption.EventDigest.Content;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.ZoneOffset;

/** Takes snapshots over as they are: the name of a state's class stays, because events have stable names and states do not. */
final class OldSnapshots {

    private static final int BATCH = 1_000;

    private OldSnapshots() {}

    private static final String INSERT = """
            INSERT INTO event_store.snapshot (event_id, stream_type, stream_id, version, type, revision, recorded_at, payload, metadata)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    /** Copies all and says what was read. */
    static Content copy(Connection from, OldTable table, Connection to) throws SQLException {
        EventDigest digest = new EventDigest();
        String sql = "SELECT %s, %s, %s, %s, %s, %s, %s, %s, %s FROM %s ORDER BY %s COLLATE \"C\", %s"
                .formatted(
                        table.column("eventidentifier"),
                        table.column("type"),
                        table.column("aggregateidentifier"),
                        table.column("sequencenumber"),
                        table.column("payloadtype"),
                        table.column("payloadrevision"),
                        table.column("timestamp"),
                        table.bytes("payload"),
                        table.bytes("metadata"),
                        table.name(),
                        table.column("aggregateidentifier"),
                        table.column("sequencenumber"));
        try (PreparedStatement read = from.prepareStatement(sql);
                PreparedStatement write = to.prepareStatement(INSERT)) {
            read.setFetchSize(BATCH);
            try (ResultSet rows = read.executeQuery()) {
                int waiting = 0;
                while (rows.next()) {
                    NewEvent snapshot = OldEvents.row(
                            rows.getString(1),
                            rows.getString(2),
                            rows.getString(3),
                            rows.getLong(4),
                            rows.getString(5),
                            rows.getString(6),
                            rows.getString(7),
                            rows.getBytes(8),
                            rows.getBytes(9));
                    digest.add(snapshot);
                    bind(write, snapshot);
                    write.addBatch();
                    if (++waiting == BATCH) {
                        write.executeBatch();
                        waiting = 0;
                    }
                }
                write.executeBatch();
            }
        }
        return digest.content();
    }

    private static void bind(PreparedStatement write, NewEvent snapshot) throws SQLException {
        write.setString(1, snapshot.eventId());
        write.setString(2, snapshot.streamType());
        write.setString(3, snapshot.streamId());
        write.setLong(4, snapshot.version());
        write.setString(5, snapshot.type());
        write.setString(6, snapshot.revision());
        write.setObject(7, snapshot.recordedAt().atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE);
        write.setBytes(8, snapshot.payload());
        write.setBytes(9, snapshot.metadata());
    }
}
