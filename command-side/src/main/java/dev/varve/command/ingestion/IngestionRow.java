package dev.varve.command.ingestion;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of a source, as the commands it stands for.
 *
 * @param kind what the row is, in the plural, for the report: {@code stations}
 * @param file the file it stands in
 * @param line its line, counted from 1; 0 where the format has no lines
 * @param key rows with the same key are dispatched in the order they were submitted; the id of the stream they write
 * @param commands dispatched one after the other; the row is recorded when one of them changed something
 * @param origin null for a row of a source that is no old store
 * @param stated what it comes to in the read models, where whoever reads it says so at once; empty where its commands
 *     are asked
 */
public record IngestionRow(
        String kind,
        String file,
        long line,
        String key,
        List<Object> commands,
        @Nullable Origin origin,
        List<StatedRow> stated) {

    public IngestionRow {
        commands = List.copyOf(commands);
        stated = List.copyOf(stated);
    }

    /** A row of an old store whose commands tell what it comes to. */
    public IngestionRow(
            String kind, String file, long line, String key, List<Object> commands, @Nullable Origin origin) {
        this(kind, file, line, key, commands, origin, List.of());
    }

    /** A row that is a single command. */
    public static IngestionRow of(String kind, String file, long line, String key, Object command) {
        return new IngestionRow(kind, file, line, key, List.of(command), null);
    }
}
