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
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import javax.sql.DataSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * The peer without a framework: one table, filled by plain pgjdbc with rewritten batches.
 *
 * <p>It has the columns, the primary key, the unique index over stream and version and the collation of our log, and the
 * same events. It has no partitions, no table of streams, and its order is that of a sequence, not of the commits.
 */
final class RawLog {

    private static final String TABLE = """
            CREATE TABLE raw_event (
                position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                event_id text COLLATE "C" NOT NULL,
                stream_type text,
                stream_id text COLLATE "C" NOT NULL,
                version bigint NOT NULL,
                type text NOT NULL,
                revision text,
                recorded_at timestamptz NOT NULL,
                payload bytea NOT NULL,
                metadata bytea NOT NULL,
                UNIQUE (stream_id, version))
            """;

    private static final String INSERT = """
            INSERT INTO raw_event (event_id, stream_type, stream_id, version, type, revision, recorded_at, payload, metadata)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    static final String READ_ALL = """
            SELECT position, event_id, stream_id, version, type, recorded_at, payload, metadata
            FROM raw_event ORDER BY position
            """;

    private static final byte[] PAYLOAD = BenchEvent.JSON.getBytes(StandardCharsets.UTF_8);
    private static final byte[] METADATA = BenchEvent.METADATA.getBytes(StandardCharsets.UTF_8);

    private final DataSource dataSource;
    private final AtomicLong streams = new AtomicLong();

    RawLog(DataSource dataSource) throws SQLException {
        this.dataSource = dataSource;
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(TABLE);
        }
    }

    /** A transaction of so many events, all of one new stream. */
    long append(int events) throws SQLException {
        String stream = newStream();
        return insert(events, version -> stream, version -> version);
    }

    /** A transaction of so many events, each of a new stream. */
    long appendApart(int events) throws SQLException {
        return insert(events, n -> newStream(), n -> 0);
    }

    private String newStream() {
        return "stream-1-" + streams.incrementAndGet();
    }

    private long insert(int events, IntFunction<String> stream, IntUnaryOperator version) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            connection.setAutoCommit(false);
            for (int n = 0; n < events; n++) {
                insert.setString(1, UUID.randomUUID().toString());
                insert.setString(2, "Account");
                insert.setString(3, stream.apply(n));
                insert.setLong(4, version.applyAsInt(n));
                insert.setString(5, BenchEvent.TYPE);
                insert.setString(6, "1");
                insert.setObject(7, OffsetDateTime.now(ZoneOffset.UTC));
                insert.setBytes(8, PAYLOAD);
                insert.setBytes(9, METADATA);
                insert.addBatch();
            }
            insert.executeBatch();
            connection.commit();
            return events;
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
