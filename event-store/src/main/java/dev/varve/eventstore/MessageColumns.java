package dev.varve.eventstore;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.json.JsonMapper;

/** The messages of a batch, as the last parameters of {@code event_store.append}. */
final class MessageColumns {

    private static final JsonMapper JSON = new JsonMapper();

    private final List<Integer> places = new ArrayList<>();
    private final List<NewMessage> messages = new ArrayList<>();

    /** @param place of the event in its batch, counted from 1 */
    void add(int place, List<NewMessage> ofEvent) {
        for (NewMessage message : ofEvent) {
            places.add(place);
            messages.add(message);
        }
    }

    /** Without messages all are null, and the outbox is not touched. */
    void bind(Connection connection, PreparedStatement statement, int first) throws SQLException {
        if (messages.isEmpty()) {
            for (int parameter = first; parameter < first + 7; parameter++) {
                statement.setNull(parameter, Types.ARRAY);
            }
            return;
        }
        statement.setObject(first, places.stream().mapToInt(place -> place).toArray());
        column(connection, statement, first + 1, "uuid", NewMessage::id);
        column(connection, statement, first + 2, "text", NewMessage::topic);
        column(connection, statement, first + 3, "text", NewMessage::key);
        column(connection, statement, first + 4, "text", NewMessage::type);
        column(connection, statement, first + 5, "text", m -> new String(m.payload(), StandardCharsets.UTF_8));
        column(connection, statement, first + 6, "text", m -> JSON.writeValueAsString(m.headers()));
    }

    private void column(
            Connection connection,
            PreparedStatement statement,
            int parameter,
            String type,
            Function<NewMessage, Object> value)
            throws SQLException {
        statement.setArray(
                parameter,
                connection.createArrayOf(type, messages.stream().map(value).toArray()));
    }
}
