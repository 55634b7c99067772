package dev.varve.command.ingestion;

import java.io.IOException;

/**
 * Reads a source and submits its rows.
 *
 * <p>By the time this is called the source has been found sound: whatever makes a file broken as a whole must be found
 * before the run starts, because a broken file changes nothing.
 */
@FunctionalInterface
public interface IngestionRows {

    /** Called once, on the caller's thread. */
    void submitTo(RowSink sink) throws IOException;
}
