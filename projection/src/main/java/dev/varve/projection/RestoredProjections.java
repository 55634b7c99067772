package dev.varve.projection;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Takes rebuilds and replays that were brought back from a backup out of the hands of nodes of the past. */
public final class RestoredProjections {

    private RestoredProjections() {}

    private static final String FREE_REBUILDS =
            "UPDATE projection.rebuild SET node = NULL, leased_until = '-infinity', epoch = epoch + 1 WHERE node IS NOT NULL";

    private static final String FREE_REPLAYS =
            "UPDATE projection.replay SET node = NULL, leased_until = '-infinity', epoch = epoch + 1 WHERE node IS NOT NULL";

    /** Does so on this connection, in its transaction: the next node that looks goes on with them at once. */
    public static void settle(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(FREE_REBUILDS);
            statement.execute(FREE_REPLAYS);
        }
    }
}
