package dev.varve.eventstore.verification;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A piece of the log, looked at by the server: the digests of its events, and what breaks a rule.
 *
 * @param from first position asked for
 * @param to last position asked for
 * @param positions those that are there, in order; null if all are
 * @param digests of these events, one after the other
 * @param streams how many streams begin here and have their row
 */
@SuppressWarnings("ArrayRecordComponent") // millions of events go through it, and nobody compares two
record Chunk(long from, long to, long @Nullable [] positions, byte[] digests, long streams, List<Finding> findings) {

    private static final String DIGESTS = """
            SELECT count(*), string_agg(event_store.event_digest(e), '' ORDER BY e.position),
                   CASE WHEN count(*) < ? THEN array_agg(e.position ORDER BY e.position) END
            FROM event_store.event e WHERE e.position BETWEEN ? AND ?
            """;

    // The window over streams finds what precedes an event inside the chunk; only the first of each stream in it has to
    // be
    // looked up, by the index that guards versions.
    private static final String RULES = """
            WITH near AS MATERIALIZED (
                SELECT e.position, e.event_id, e.stream_type, e.stream_id, e.version, e.latest_recorded_at,
                       max(e.version) OVER s AS version_before,
                       greatest(max(e.recorded_at) OVER p, b.latest_recorded_at) AS latest
                FROM event_store.event e
                LEFT JOIN (SELECT latest_recorded_at FROM event_store.event WHERE position < ?
                           ORDER BY position DESC LIMIT 1) b ON true
                WHERE e.position BETWEEN ? AND ?
                WINDOW s AS (PARTITION BY e.stream_id ORDER BY e.position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
                       p AS (ORDER BY e.position ROWS UNBOUNDED PRECEDING)
            ), first AS MATERIALIZED (
                SELECT n.*, t.first_position, t.stream_type AS known_type
                FROM near n LEFT JOIN event_store.stream t ON t.stream_id = n.stream_id
                WHERE n.version_before IS NULL AND n.stream_type IS NOT NULL
            )
            SELECT 'LATEST_RECORDED_AT', position, format('%s instead of %s', latest_recorded_at, latest)
            FROM near WHERE latest_recorded_at IS DISTINCT FROM latest
            UNION ALL
            SELECT 'VERSIONS', position, format('version %s of %s follows version %s', version, stream_id, version_before)
            FROM near WHERE version_before IS NOT NULL AND version <> version_before + 1 AND position > ?
            UNION ALL
            SELECT 'VERSIONS', position, format('version %s of %s follows none', version, stream_id)
            FROM first WHERE first_position < position AND first_position > ? AND position > ?
                AND NOT EXISTS (SELECT FROM event_store.event e WHERE e.stream_id = first.stream_id
                    AND e.version = first.version - 1 AND e.position >= first.first_position AND e.position < first.position)
            UNION ALL
            SELECT 'STREAMS', position, CASE
                WHEN first_position IS NULL THEN format('%s has no row', stream_id)
                WHEN known_type <> stream_type THEN format('%s is a %s here, and a %s in its row', stream_id, stream_type, known_type)
                ELSE format('%s begins here, its row says at %s', stream_id, first_position) END
            FROM first WHERE first_position IS NULL OR known_type <> stream_type AND first_position > ? OR first_position > position
            UNION ALL
            SELECT 'STREAMS', position, format('%s belongs to no stream but has one: %s', event_id, stream_id)
            FROM near WHERE stream_type IS NULL AND stream_id <> event_id
            UNION ALL
            SELECT NULL, count(*), NULL FROM first WHERE first_position = position
            """;

    /**
     * Looks at a piece of the log.
     *
     * @param tail the position before the first event that is still here; what precedes it cannot be asked for
     * @param mark up to which the log was taken over; there a stream's versions and types are as its old store had them
     */
    static Chunk read(Connection connection, long from, long to, long tail, long mark) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        long streams = 0;
        try (PreparedStatement statement = connection.prepareStatement(RULES)) {
            statement.setLong(1, from);
            statement.setLong(2, from);
            statement.setLong(3, to);
            statement.setLong(4, mark);
            statement.setLong(5, tail);
            statement.setLong(6, mark);
            statement.setLong(7, mark);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    @Nullable String rule = rows.getString(1);
                    if (rule == null) {
                        streams = rows.getLong(2);
                    } else {
                        findings.add(new Finding(rows.getLong(2), Finding.Rule.valueOf(rule), rows.getString(3)));
                    }
                }
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(DIGESTS)) {
            statement.setLong(1, to - from + 1);
            statement.setLong(2, from);
            statement.setLong(3, to);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                byte[] digests = Objects.requireNonNullElse(row.getBytes(2), new byte[0]);
                return new Chunk(from, to, positions(row.getArray(3)), digests, streams, findings);
            }
        }
    }

    private static long @Nullable [] positions(@Nullable Array array) throws SQLException {
        if (array == null) {
            return null;
        }
        Long[] boxed = (Long[]) array.getArray();
        long[] positions = new long[boxed.length];
        for (int n = 0; n < boxed.length; n++) {
            positions[n] = boxed[n];
        }
        return positions;
    }

    int events() {
        return digests.length / Digests.LENGTH;
    }

    long position(int event) {
        return positions == null ? from + event : positions[event];
    }
}
