package dev.varve.projection.parked;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Set;

/**
 * Keeps a live projection, which adds to a parked sequence, from a person, who empties it: an event that came in between
 * would wait for ever behind nothing. Taken for sequences that are parked, so never where all is well.
 */
final class SequenceLock {

    private static final String TAKE = """
            SELECT pg_advisory_xact_lock(lock) FROM (
                SELECT DISTINCT hashtextextended('parked ' || ? || ' ' || sequence, 0) AS lock FROM unnest(?::text[]) AS sequence
                ORDER BY lock) AS locks""";

    private SequenceLock() {}

    /** In the same order by everybody, until the transaction ends. */
    static void take(String projection, Set<String> sequences, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TAKE)) {
            statement.setString(1, projection);
            statement.setArray(2, connection.createArrayOf("text", sequences.toArray()));
            statement.execute();
        }
    }
}
