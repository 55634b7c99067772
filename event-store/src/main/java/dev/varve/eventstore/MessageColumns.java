package dev.varve.eventstore;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The messages of a batch, as the last parameters of {@code event_store.append}. */
final class MessageColumns {

    private static final int PARAMETERS = 7;
    private static final JsonMapper JSON = new JsonMapper();
    private static final byte[] NONE = {'{', '}'};

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
    void bind(Arguments arguments) throws SQLException {
        if (messages.isEmpty()) {
            for (int parameter = 0; parameter < PARAMETERS; parameter++) {
                arguments.addNullArray();
            }
            return;
        }
        arguments.add(places.stream().mapToInt(Integer::intValue).toArray());
        arguments.add(messages.stream().map(NewMessage::id).toArray(UUID[]::new));
        arguments.add(texts(NewMessage::topic));
        arguments.add(texts(NewMessage::key));
        arguments.add(texts(NewMessage::type));
        arguments.addJson(messages.stream().map(NewMessage::payload).toArray(byte[][]::new));
        if (messages.stream().allMatch(message -> message.headers().isEmpty())) {
            arguments.addNullArray();
        } else {
            arguments.addJson(messages.stream().map(MessageColumns::headers).toArray(byte[][]::new));
        }
    }

    private static byte[] headers(NewMessage message) {
        return message.headers().isEmpty() ? NONE : JSON.writeValueAsBytes(message.headers());
    }

    private @Nullable String[] texts(Function<NewMessage, String> column) {
        return messages.stream().map(column).toArray(String[]::new);
    }
}
