package dev.varve.command.ingestion;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.GenericCommandMessage;

/**
 * Where a row of an old store comes from, for the metadata of the events it becomes: that is how an imported fact is told
 * from one that was recorded when it happened.
 *
 * @param place table and key in the old store
 * @param occurredAt when the old store says that it happened
 * @param more what the row says beside that and the event has no place for, by column; never anything of a person
 */
public record Origin(String place, Instant occurredAt, Map<String, String> more) {

    /** Metadata of each imported event: table and key in the store it was taken from. */
    public static final String IMPORTED_FROM = "importedFrom";

    /** Metadata of each imported event: the time it had there, ISO 8601 in UTC. */
    public static final String OCCURRED_AT = "occurredAt";

    /** What the names of further metadata begin with; the column's name follows. */
    public static final String ORIGINAL = "original.";

    public Origin {
        more = Map.copyOf(more);
    }

    CommandMessage<?> mark(Object command) {
        Map<String, Object> metadata = new TreeMap<>();
        metadata.put(IMPORTED_FROM, place);
        metadata.put(OCCURRED_AT, occurredAt.toString());
        more.forEach((column, value) -> metadata.put(ORIGINAL + column, value));
        return GenericCommandMessage.asCommandMessage(command).andMetaData(metadata);
    }
}
