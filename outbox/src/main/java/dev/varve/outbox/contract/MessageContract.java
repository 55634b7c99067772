package dev.varve.outbox.contract;

import java.util.regex.Pattern;

/**
 * A kind of message that others may rely on.
 *
 * @param type its name with its version, {@code dev.varve.transit.departure-delayed.v1}
 * @param topic {@code <context>.<thing>}
 * @param description what it tells a consumer
 * @param payload the record that is its JSON
 */
public record MessageContract(String type, String topic, String description, Class<?> payload) {

    private static final Pattern TYPE = Pattern.compile("[a-z0-9-]+(\\.[a-z0-9-]+)+\\.v[1-9][0-9]*");
    private static final Pattern TOPIC = Pattern.compile("[a-z0-9-]+(\\.[a-z0-9-]+)+");

    public MessageContract {
        if (!TYPE.matcher(type).matches()) {
            throw new IllegalArgumentException(
                    "message type '%s' must be lower case words with dots between, and end with a version like .v1"
                            .formatted(type));
        }
        if (!TOPIC.matcher(topic).matches()) {
            throw new IllegalArgumentException(
                    "topic '%s' of message type '%s' must be <context>.<thing>, in lower case".formatted(topic, type));
        }
        if (!payload.isRecord()) {
            throw new IllegalArgumentException(
                    "the payload of message type '%s' is %s, and must be a record".formatted(type, payload.getName()));
        }
    }
}
