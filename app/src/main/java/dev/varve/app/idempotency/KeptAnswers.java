package dev.varve.app.idempotency;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** The answers that are kept for repeated requests, for who removes those about a person. */
public final class KeptAnswers {

    private KeptAnswers() {}

    private static final String FORGET = "DELETE FROM varve.idempotency_key WHERE ? = ANY (subjects)";

    /** Removes the answers about a person, which nobody could open any more; returns how many. */
    public static int forget(Connection connection, String subject) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
            statement.setString(1, subject);
            return statement.executeUpdate();
        }
    }
}
