package dev.varve.eventstore;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * A message for others, on its way into the outbox with the event it belongs to: either both are written or neither.
 *
 * @param id the same each time the message is made from the same event, see {@link #idOf}
 * @param topic where it goes, such as {@code transit.departure}; at most 255 characters
 * @param key messages of one key keep their order; at most 255 characters
 * @param type name and version of its public schema; at most 255 characters
 * @param payload UTF-8 JSON, stored as it is; must not be changed afterwards
 * @param headers in their order
 */
// As in NewEvent: the bytes are passed through.
@SuppressWarnings("ArrayRecordComponent")
public record NewMessage(UUID id, String topic, String key, String type, byte[] payload, Map<String, String> headers) {

    private static final int UUID_CHARS = 36;

    public NewMessage {
        headers = headers.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /**
     * The id of an event's n-th message, the same for whoever makes the message again: the first one has its event's id,
     * if that is a UUID, any other a name-based UUID.
     *
     * @param ordinal counted from 0
     */
    public static UUID idOf(String eventId, int ordinal) {
        if (ordinal == 0 && isUuid(eventId)) {
            return UUID.fromString(eventId);
        }
        return UUID.nameUUIDFromBytes((eventId + '/' + ordinal).getBytes(StandardCharsets.UTF_8));
    }

    // A pattern, or to try and to catch, would cost each append more than the name-based id that it spares.
    private static boolean isUuid(String text) {
        if (text.length() != UUID_CHARS) {
            return false;
        }
        for (int n = 0; n < UUID_CHARS; n++) {
            boolean dash = n == 8 || n == 13 || n == 18 || n == 23;
            if (dash ? text.charAt(n) != '-' : !HexFormat.isHexDigit(text.charAt(n))) {
                return false;
            }
        }
        return true;
    }

    /** Bytes it takes in a batch, as {@link NewEvent#bytes}. */
    int bytes() {
        return payload.length + 200;
    }
}
