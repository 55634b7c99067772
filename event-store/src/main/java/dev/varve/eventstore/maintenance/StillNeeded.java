package dev.varve.eventstore.maintenance;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Knows who cannot do without a partition: events that are not sealed, processors, rebuilds and replays that have not read it,
 * and streams that could not be loaded.
 *
 * <p>The outbox is not among them: a message carries all that is sent, and does not ask for its event.
 */
final class StillNeeded {

    private StillNeeded() {}

    private static final String READERS_BEHIND = """
            SELECT format('%s/%s at %s', k.processor, k.segment, coalesce(k.position, 0)) FROM event_store.token k
            WHERE k.token IS NULL AND coalesce(k.position, 0) < ? ORDER BY 1 LIMIT 5
            """;

    private static final String UNSEALED = """
            SELECT format('sealed up to %s', coalesce(max(last_position), 0)) FROM event_store.seal
            HAVING coalesce(max(last_position), 0) < ?
            """;

    private static final String HAS_REBUILDS = "SELECT (to_regclass('projection.rebuild') IS NOT NULL)::integer";

    // One that has switched can be undone, and its old tables then go on from where they were put aside.
    private static final String REBUILDS_BEHIND = """
            SELECT format('rebuild %s (%s) at %s', n.id, n.state, n.position)
            FROM (SELECT r.id, r.state, CASE WHEN r.state <> 'switched' THEN r.position ELSE
                      (SELECT min(p.old_position) FROM projection.rebuild_part p WHERE p.rebuild = r.id) END AS position
                  FROM projection.rebuild r WHERE r.state NOT IN ('undone', 'retired', 'cancelled', 'failed')) n
            WHERE n.position < ? ORDER BY n.id LIMIT 5
            """;

    private static List<String> rebuildsBehind(Connection connection, long position) throws SQLException {
        return Answers.number(connection, HAS_REBUILDS) == 1
                ? Answers.texts(connection, REBUILDS_BEHIND, position)
                : List.of();
    }

    private static final String HAS_REPLAYS = "SELECT (to_regclass('projection.replay') IS NOT NULL)::integer";

    private static final String REPLAYS_BEHIND = """
            SELECT format('replay %s (%s) of %s at %s', r.id, r.state, r.projection, r.position) FROM projection.replay r
            WHERE r.state IN ('running', 'paused') AND r.position < least(r.to_position, ?) ORDER BY r.id LIMIT 5
            """;

    private static List<String> replaysBehind(Connection connection, long position) throws SQLException {
        return Answers.number(connection, HAS_REPLAYS) == 1
                ? Answers.texts(connection, REPLAYS_BEHIND, position)
                : List.of();
    }

    private static String streamsEnded(String partition) {
        return """
                SELECT s.stream_id FROM (SELECT e.stream_id, max(e.version) AS version FROM %s e
                                         WHERE e.stream_type IS NOT NULL GROUP BY e.stream_id) s
                WHERE NOT EXISTS (SELECT FROM event_store.event n
                    WHERE n.stream_id = s.stream_id AND n.version = s.version + 1 AND n.position > ?)
                    OR NOT EXISTS (SELECT FROM event_store.snapshot x WHERE x.stream_id = s.stream_id AND x.version >= s.version)
                """.formatted(partition);
    }

    private static String staleSnapshots(String partition) {
        return """
                SELECT x.stream_id FROM event_store.snapshot x
                WHERE EXISTS (SELECT FROM %s e WHERE e.stream_id = x.stream_id AND e.version > x.version) AND ? > 0 LIMIT 5
                """.formatted(partition);
    }

    /**
     * Asks everybody.
     *
     * @param closeStreams whether streams may become unreadable
     * @throws ArchiveRefused naming who needs it
     */
    static void refuseIfNeeded(Connection connection, LogPartition partition, boolean closeStreams)
            throws SQLException {
        refuse(
                "events were not sealed yet, run it again in a minute:",
                Answers.texts(connection, UNSEALED, partition.to()));
        refuse("these have not read it:", Answers.texts(connection, READERS_BEHIND, partition.to()));
        refuse("these have not read it:", rebuildsBehind(connection, partition.to()));
        refuse("these have not read it:", replaysBehind(connection, partition.to()));
        refuse(
                "these streams have a snapshot that is older than their archived events would be:",
                Answers.texts(connection, staleSnapshots(partition.name()), partition.to()));
        if (!closeStreams) {
            List<String> ended = Answers.texts(
                    connection,
                    "SELECT count(*)::text FROM (" + streamsEnded(partition.name()) + ") x HAVING count(*) > 0",
                    partition.to());
            if (!ended.isEmpty()) {
                throw new ArchiveRefused(
                        "%s streams could neither be loaded nor continued without %s, because they end in it or have no snapshot after it; --close-streams accepts that"
                                .formatted(ended.getFirst(), partition.name()));
            }
        }
    }

    private static void refuse(String what, List<String> who) {
        if (!who.isEmpty()) {
            throw new ArchiveRefused(what + " " + String.join(", ", who));
        }
    }
}
