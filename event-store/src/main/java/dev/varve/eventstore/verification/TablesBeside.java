package dev.varve.eventstore.verification;

import dev.varve.eventstore.verification.Finding.Rule;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Compares what the other tables say of a range of the log with the log. */
final class TablesBeside {

    private static final int MESSAGES_AT_ONCE = BlockDigest.BLOCK;

    /** What belongs to the range in the outbox. */
    record Messages(long count, String digest) {}

    private final Connection connection;
    private final long from;
    private final long to;
    private final long tail;
    private final Findings findings;

    TablesBeside(Connection connection, long from, long to, long tail, Findings findings) {
        this.connection = connection;
        this.from = from;
        this.to = to;
        this.tail = tail;
        this.findings = findings;
    }

    private static final String STREAMS = """
            SELECT count(*) FROM event_store.stream WHERE first_position BETWEEN ? AND ?
            """;

    private static final String STREAMS_WITHOUT_EVENTS = """
            SELECT t.first_position, format('%s has a row, but does not begin here', t.stream_id) FROM event_store.stream t
            WHERE t.first_position BETWEEN ? AND ?
                AND NOT EXISTS (SELECT FROM event_store.event e WHERE e.position = t.first_position AND e.stream_id = t.stream_id)
            ORDER BY 1 LIMIT 100
            """;

    /** @param begun how many streams were found to begin in the range */
    void streams(long begun) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(STREAMS)) {
            statement.setLong(1, from);
            statement.setLong(2, to);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                if (row.getLong(1) == begun) {
                    return;
                }
            }
        }
        report(Rule.STREAMS, STREAMS_WITHOUT_EVENTS, from, to);
    }

    // A receipt from before the tail belongs to events that were archived.
    private static final String RECEIPTS = """
            SELECT r.last_position, format('command %s has a receipt for an event that is not there', r.command_id)
            FROM event_store.command_receipt r
            WHERE r.last_position BETWEEN ? AND ?
                AND NOT EXISTS (SELECT FROM event_store.event e WHERE e.position = r.last_position)
            UNION ALL
            SELECT r.last_position, format('command %s has a receipt for a position that cannot be', r.command_id)
            FROM event_store.command_receipt r
            WHERE r.last_position < 1
                OR r.last_position > (SELECT e.position FROM event_store.event e ORDER BY e.position DESC LIMIT 1)
            LIMIT 100
            """;

    void receipts() throws SQLException {
        report(Rule.RECEIPTS, RECEIPTS, from, to);
    }

    private static final String SNAPSHOTS = """
            SELECT t.first_position, format('the snapshot of %s at version %s is of no event', s.stream_id, s.version)
            FROM event_store.snapshot s LEFT JOIN event_store.stream t ON t.stream_id = s.stream_id
            WHERE coalesce(t.first_position, ?) BETWEEN ? AND ?
                AND NOT EXISTS (SELECT FROM event_store.event e
                    WHERE e.stream_id = s.stream_id AND e.version = s.version
                        AND e.position >= event_store.stream_since(s.stream_id))
            LIMIT 100
            """;

    void snapshots() throws SQLException {
        report(Rule.SNAPSHOTS, SNAPSHOTS, from, from, to);
    }

    private static final String CHECKPOINTS = """
            SELECT k.position, format('segment %s of %s is ahead of the log', k.segment, k.processor)
            FROM event_store.token k
            WHERE k.position > (SELECT coalesce(max(e.position), 0) FROM event_store.event e) LIMIT 100
            """;

    void checkpoints() throws SQLException {
        report(Rule.CHECKPOINTS, CHECKPOINTS);
    }

    private void report(Rule rule, String query, long... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int n = 0; n < parameters.length; n++) {
                statement.setLong(n + 1, parameters[n]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    findings.add(rows.getLong(1), rule, rows.getString(2));
                }
            }
        }
    }

    private static final String HAS_OUTBOX = "SELECT to_regclass('outbox.message') IS NOT NULL";

    private static final String MESSAGES = """
            WITH near AS MATERIALIZED (
                SELECT m.position, m.event_position, lag(m.position) OVER w AS before, lag(m.event_position) OVER w AS event_before,
                       sha256(record_send(ROW(m.position, m.id, m.aggregatetype, m.aggregateid, m.type, m.payload, m.ts,
                                              m.event_position, m.headers))) AS digest
                FROM outbox.message m WHERE m.position > ? AND m.event_position BETWEEN ? AND ?
                WINDOW w AS (ORDER BY m.position) ORDER BY m.position LIMIT ?
            )
            SELECT count(*), max(position), string_agg(digest, '' ORDER BY position),
                   min(position) FILTER (WHERE before IS NOT NULL AND position <> before + 1),
                   min(position) FILTER (WHERE event_position < event_before),
                   min(position) FILTER (WHERE event_position > ?
                       AND NOT EXISTS (SELECT FROM event_store.event e WHERE e.position = near.event_position)),
                   min(position), (array_agg(event_position ORDER BY position DESC))[1], min(event_position)
            FROM near
            """;

    /** Looks at the messages whose events lie in the range; null without an outbox. */
    @Nullable Messages messages() throws SQLException {
        if (!hasOutbox()) {
            return null;
        }
        MessageDigest whole = Digests.sha256();
        long count = 0;
        long after = 0;
        long eventBefore = 0;
        try (PreparedStatement statement = connection.prepareStatement(MESSAGES)) {
            while (true) {
                statement.setLong(1, after);
                statement.setLong(2, from);
                statement.setLong(3, to);
                statement.setInt(4, MESSAGES_AT_ONCE);
                statement.setLong(5, tail);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    long read = row.getLong(1);
                    if (read == 0) {
                        return new Messages(count, HexFormat.of().formatHex(whole.digest()));
                    }
                    whole.update(row.getBytes(3));
                    find(row, 4, "does not follow the one before");
                    find(row, 5, "is before one of an earlier event");
                    find(row, 6, "belongs to no event");
                    if (count > 0 && row.getLong(7) != after + 1) {
                        findings.add(row.getLong(7), Rule.MESSAGES, "message does not follow the one before");
                    }
                    if (row.getLong(9) < eventBefore) {
                        findings.add(row.getLong(7), Rule.MESSAGES, "message is before one of an earlier event");
                    }
                    count += read;
                    after = row.getLong(2);
                    eventBefore = row.getLong(8);
                }
            }
        }
    }

    private void find(ResultSet row, int column, String what) throws SQLException {
        long position = row.getLong(column);
        if (!row.wasNull()) {
            findings.add(position, Rule.MESSAGES, "message " + what);
        }
    }

    private boolean hasOutbox() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(HAS_OUTBOX);
                ResultSet row = statement.executeQuery()) {
            return row.next() && row.getBoolean(1);
        }
    }
}
