package dev.varve.bench;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import tools.jackson.databind.json.JsonMapper;

/** The peer without a framework: one lean table, filled by plain pgjdbc. It checks nothing and orders nothing. */
final class RawLog {

    private static final String TABLE = """
            CREATE TABLE raw_event (
                position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                event_id uuid NOT NULL,
                stream_id text NOT NULL,
                version bigint NOT NULL,
                type text NOT NULL,
                recorded_at timestamptz NOT NULL,
                payload bytea NOT NULL,
                metadata bytea NOT NULL,
                UNIQUE (stream_id, version))
            """;

    private static final String INSERT = """
            INSERT INTO raw_event (event_id, stream_id, version, type, recorded_at, payload, metadata)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """;

    static final String READ_ALL = """
            SELECT position, event_id, stream_id, version, type, recorded_at, payload, metadata
            FROM raw_event ORDER BY position
            """;

    private final DataSource dataSource;
    private final AtomicLong streams = new AtomicLong();

    RawLog(DataSource dataSource) throws SQLException {
        this.dataSource = dataSource;
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(TABLE);
        }
    }

    /** A transaction of so many rows, all of one new stream. */
    long append(int rows) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            insert(connection, rows);
            connection.commit();
            return rows;
        }
    }

    private void insert(Connection connection, int rows) throws SQLException {
        String stream = "stream-" + streams.incrementAndGet();
        OffsetDateTime now = OffsetDateTime.now(ZoneOffset.UTC);
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (int version = 0; version < rows; version++) {
                insert.setObject(1, UUID.randomUUID());
                insert.setString(2, stream);
                insert.setLong(3, version);
                insert.setString(4, BenchEvent.TYPE);
                insert.setObject(5, now);
                insert.setBytes(6, BenchEvent.JSON.getBytes(StandardCharsets.UTF_8));
                insert.setBytes(7, BenchEvent.METADATA.getBytes(StandardCharsets.UTF_8));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** The event of a row of {@link #READ_ALL}, all of whose columns are fetched. */
    static BenchEvent read(ResultSet row, JsonMapper json) throws SQLException {
        RawRow raw = new RawRow(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getLong(4),
                row.getString(5),
                row.getObject(6, OffsetDateTime.class).toInstant(),
                row.getBytes(7),
                row.getBytes(8));
        return json.readValue(raw.payload, BenchEvent.class);
    }

    // Read and thrown away; an array as an array is what the row costs.
    @SuppressWarnings("ArrayRecordComponent")
    private record RawRow(
            long position,
            String eventId,
            String streamId,
            long version,
            String type,
            Instant recordedAt,
            byte[] payload,
            byte[] metadata) {}
}
