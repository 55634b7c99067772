package dev.varve.eventstore;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import tools.jackson.databind.json.JsonMapper;

/** The record of what people did to the machinery; added to, never changed. */
public final class OperatorActions {

    private static final JsonMapper JSON = JsonMapper.shared();

    private OperatorActions() {}

    private static final String RECORD = """
            INSERT INTO event_store.operator_action (actor, action, target, reason, details) VALUES (?, ?, ?, ?, ?::jsonb)
            """;

    /** Adds a row on this connection, so that it stands or falls with what was done in the same transaction. */
    public static void record(Connection connection, OperatorAction action) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RECORD)) {
            statement.setString(1, action.actor());
            statement.setString(2, action.action());
            statement.setString(3, action.target());
            statement.setString(4, action.reason());
            statement.setString(5, JSON.writeValueAsString(action.details()));
            statement.executeUpdate();
        }
    }
}
