package dev.varve.eventstore.axon;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Takes the checkpoints of processors that were brought back from a backup out of the hands of nodes of the past. */
public final class RestoredTokens {

    private RestoredTokens() {}

    private static final String FREE = "UPDATE event_store.token SET owner = NULL WHERE owner IS NOT NULL";

    /** Does so on this connection, in its transaction: nodes claim them at once, and go on where they stand. */
    public static void settle(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(FREE);
        }
    }
}
