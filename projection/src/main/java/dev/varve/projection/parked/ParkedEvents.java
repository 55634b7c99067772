package dev.varve.projection.parked;

import dev.varve.eventstore.OperatorAction;
import dev.varve.eventstore.OperatorActions;
import dev.varve.projection.Operator;
import dev.varve.projection.ProjectionTransactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What is parked of the projections; needs nothing but the database. */
public final class ParkedEvents {

    private final ProjectionTransactions transactions;

    public ParkedEvents(DataSource dataSource) {
        this.transactions = new ProjectionTransactions(dataSource);
    }

    private static final String HEADS = """
            SELECT l.processing_group, l.sequence_identifier, n.events, l.event_identifier,
                   (convert_from(l.token, 'UTF8')::jsonb ->> 'globalIndex')::bigint, l.payload_type, l.cause_type,
                   l.cause_message, l.enqueued_at
            FROM (SELECT processing_group, sequence_identifier, count(*) AS events, min(sequence_index) AS first
                  FROM event_store.dead_letter WHERE processing_group = ? OR ?::text IS NULL AND processing_group IN (
                      SELECT projection FROM projection.version)
                  GROUP BY processing_group, sequence_identifier) n
            JOIN event_store.dead_letter l
              ON (l.processing_group, l.sequence_identifier, l.sequence_index) = (n.processing_group, n.sequence_identifier, n.first)
            """;

    private static final String LIST = HEADS + "ORDER BY l.enqueued_at::timestamptz, l.sequence_identifier LIMIT ?";

    /**
     * The parked sequences, oldest first.
     *
     * @param projection null for all
     */
    public List<ParkedSequence> list(@Nullable String projection, int limit) {
        return read(
                "list what is parked",
                LIST,
                projection,
                limit,
                rows -> new ParkedSequence(
                        rows.getString(1),
                        rows.getString(2),
                        rows.getLong(3),
                        rows.getString(4),
                        rows.getObject(5, Long.class),
                        rows.getString(6),
                        rows.getString(7),
                        rows.getString(8),
                        Instant.parse(rows.getString(9))));
    }

    private static final String CAUSES = """
            SELECT processing_group, cause_type, cause_message, count(*), sum(events), min(enqueued_at) FROM (%s) AS heads
            (processing_group, sequence, events, event, position, type, cause_type, cause_message, enqueued_at)
            GROUP BY processing_group, cause_type, cause_message ORDER BY 4 DESC, 1, 2, 3 LIMIT ?""".formatted(HEADS);

    /** The same by what caused it, most first. */
    public List<ParkedCause> causes(@Nullable String projection, int limit) {
        return read(
                "list the causes of what is parked",
                CAUSES,
                projection,
                limit,
                rows -> new ParkedCause(
                        rows.getString(1),
                        rows.getString(2),
                        rows.getString(3),
                        rows.getLong(4),
                        rows.getLong(5),
                        Instant.parse(rows.getString(6))));
    }

    private static final String COUNTS = """
            SELECT processing_group, count(*) FROM event_store.dead_letter
            WHERE processing_group IN (SELECT projection FROM projection.version) GROUP BY processing_group""";

    /** How many events are parked, by projection; none is not named. */
    public Map<String, Long> counts() {
        return transactions.run("count what is parked", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(COUNTS);
                    ResultSet rows = statement.executeQuery()) {
                Map<String, Long> counts = new HashMap<>();
                while (rows.next()) {
                    counts.put(rows.getString(1), rows.getLong(2));
                }
                return counts;
            }
        });
    }

    private static final String SKIP = """
            DELETE FROM event_store.dead_letter
            WHERE processing_group = ? AND sequence_identifier = ? AND (?::text IS NULL OR event_identifier = ?)
            RETURNING event_identifier""";

    /**
     * Gives up parked events: the rows stay as they are without them.
     *
     * @param eventId only this one; null for all that waits of the sequence
     * @return how many were given up
     */
    public int skip(String projection, String sequence, @Nullable String eventId, Operator operator) {
        return transactions.run("skip parked events of " + projection, connection -> {
            SequenceLock.take(projection, Set.of(sequence), connection);
            List<String> skipped = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(SKIP)) {
                statement.setString(1, projection);
                statement.setString(2, sequence);
                statement.setString(3, eventId);
                statement.setString(4, eventId);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        skipped.add(rows.getString(1));
                    }
                }
            }
            if (skipped.isEmpty()) {
                throw ParkedRefused.unknown("projection %s has parked nothing like that".formatted(projection));
            }
            OperatorActions.record(
                    connection,
                    new OperatorAction(
                            operator.actor(),
                            "projection.skip",
                            projection,
                            operator.reason(),
                            Map.of("sequence", sequence, "events", skipped)));
            return skipped.size();
        });
    }

    private static final String CLEAR = "DELETE FROM event_store.dead_letter WHERE processing_group = ANY (?)";

    /**
     * Forgets what is parked of projections whose rows were made anew from the whole log, in the transaction in which the
     * new rows become the living ones.
     *
     * @return how many events were parked
     */
    public static int clear(List<String> projections, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CLEAR)) {
            statement.setArray(1, connection.createArrayOf("text", projections.toArray()));
            return statement.executeUpdate();
        }
    }

    private <T> List<T> read(String what, String sql, @Nullable String projection, int limit, Row<T> row) {
        return transactions.run(what, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setString(1, projection);
                statement.setString(2, projection);
                statement.setInt(3, limit);
                try (ResultSet rows = statement.executeQuery()) {
                    List<T> found = new ArrayList<>();
                    while (rows.next()) {
                        found.add(row.of(rows));
                    }
                    return found;
                }
            }
        });
    }

    @FunctionalInterface
    private interface Row<T> {
        T of(ResultSet rows) throws SQLException;
    }
}
