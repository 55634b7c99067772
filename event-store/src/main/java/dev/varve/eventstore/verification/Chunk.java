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

    // The log is read in its order, so neither the highest time so far nor the digests need a sort.
    private static final String DIGESTS = """
            SELECT count(*), string_agg(n.digest, '' ORDER BY n.position),
                   CASE WHEN count(*) < ? THEN array_agg(n.position ORDER BY n.position) END,
                   array_agg(n.position ORDER BY n.position) FILTER (WHERE n.latest_recorded_at IS DISTINCT FROM n.latest)
            FROM (SELECT e.position, e.latest_recorded_at, event_store.event_digest(e) AS digest,
                         greatest(max(e.recorded_at) OVER (ORDER BY e.position ROWS UNBOUNDED PRECEDING),
                                  (SELECT b.latest_recorded_at FROM event_store.event b WHERE b.position < ?
                                   ORDER BY b.position DESC LIMIT 1)) AS latest
                  FROM event_store.event e WHERE e.position BETWEEN ? AND ? ORDER BY e.position) n
            """;

    // A hash join gives each event the one before it in its stream. Only those that have none in the chunk, or one
    // that comes later, are looked up outside, by the index that guards versions. A stream has its row once its first
    // event is sealed; before, the first is asked for, in an order that no index of positions can give.
    private static final String RULES = """
            WITH near AS MATERIALIZED (
                SELECT e.position, e.event_id, e.stream_type, e.stream_id, e.version
                FROM event_store.event e WHERE e.position BETWEEN ? AND ?
            ), odd AS MATERIALIZED (
                SELECT n.*, b.position AS position_before, b.stream_type AS type_before
                FROM near n LEFT JOIN near b ON b.stream_id = n.stream_id AND b.version = n.version - 1
                WHERE b.position IS NULL OR b.position > n.position OR b.stream_type <> n.stream_type
                    OR n.stream_type IS NULL
            ), first AS MATERIALIZED (
                SELECT o.*, t.first_position AS row_position, coalesce(t.first_position, y.position) AS first_position,
                       coalesce(t.stream_type, y.stream_type) AS known_type
                FROM odd o LEFT JOIN event_store.stream t ON t.stream_id = o.stream_id
                LEFT JOIN LATERAL (
                    SELECT e.position, e.stream_type FROM event_store.event e
                    WHERE t.stream_id IS NULL AND e.stream_id = o.stream_id
                        AND e.position > (SELECT coalesce(max(s.last_position), 0) FROM event_store.seal s)
                    ORDER BY e.position + 0 LIMIT 1) y ON true
                WHERE o.stream_type IS NOT NULL
            )
            SELECT 'VERSIONS', position, format('version %s of %s comes before version %s', version, stream_id, version - 1)
            FROM first WHERE position_before > position AND position > ?
            UNION ALL
            SELECT 'VERSIONS', position, format('version %s of %s follows none', version, stream_id)
            FROM first WHERE position_before IS NULL AND first_position < position AND first_position > ? AND position > ?
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
            FROM odd WHERE stream_type IS NULL AND stream_id <> event_id
            UNION ALL
            SELECT NULL, count(*), NULL FROM first WHERE row_position = position
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
            statement.setLong(2, to);
            statement.setLong(3, mark);
            statement.setLong(4, tail);
            statement.setLong(5, mark);
            statement.setLong(6, mark);
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
            statement.setLong(3, from);
            statement.setLong(4, to);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                long @Nullable [] late = positions(row.getArray(4));
                if (late != null) {
                    for (long position : late) {
                        findings.add(
                                new Finding(position, Finding.Rule.LATEST_RECORDED_AT, "it is not the highest so far"));
                    }
                }
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
