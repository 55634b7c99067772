package dev.varve.outbox;

import dev.varve.outbox.Sql.Binding;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * Takes an outbox that was brought back from a backup into hand: nodes of the past deliver nothing any more, and
 * subscriptions rest until somebody has thought about what they would send again.
 */
public final class RestoredOutbox {

    private RestoredOutbox() {}

    /**
     * Where a subscription stood when the backup was taken.
     *
     * @param checkpoint messages up to here had been delivered
     * @param waiting messages of the log after it, which may have been delivered after the backup
     */
    public record Standing(String subscription, long checkpoint, long waiting, boolean paused) {}

    private static final String NODES_ARE_GONE = "DELETE FROM outbox.relay_node";

    private static final String LEASES_ARE_GONE = """
            UPDATE outbox.delivery SET owner = NULL, leased_until = NULL, epoch = epoch + 1 WHERE owner IS NOT NULL
            """;

    private static final String PAUSE = """
            UPDATE outbox.subscription SET paused = true, paused_reason = ?, revision = revision + 1, changed_at = now()
            WHERE NOT paused RETURNING name
            """;

    private static final String STANDINGS = """
            SELECT s.name, d.position, greatest(h.head - d.position, 0), s.paused
            FROM outbox.subscription s
            JOIN outbox.delivery d ON d.subscription = s.name
            CROSS JOIN (SELECT coalesce(max(position), 0) AS head FROM outbox.message) h
            ORDER BY s.name
            """;

    /** Does so on this connection, in its transaction, and answers how each subscription stands. */
    public static List<Standing> settle(Connection connection, boolean pause, String reason, String actor)
            throws SQLException {
        Sql.update(connection, NODES_ARE_GONE, Binding.none());
        Sql.update(connection, LEASES_ARE_GONE, Binding.none());
        if (pause) {
            List<String> paused =
                    Sql.list(connection, PAUSE, statement -> statement.setString(1, reason), rows -> rows.getString(1));
            for (String name : paused) {
                Subscriptions.record(connection, actor, "outbox.pause", name, reason, Map.of());
            }
        }
        return Sql.list(
                connection,
                STANDINGS,
                Binding.none(),
                rows -> new Standing(rows.getString(1), rows.getLong(2), rows.getLong(3), rows.getBoolean(4)));
    }
}
