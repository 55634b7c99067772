package dev.varve.command.ingestion;

/**
 * A row that a run could not use.
 *
 * @param file the file or table it stands in
 * @param line its line, counted from 1; 0 where the format has no lines
 * @param reason never holds what the row says of a person
 */
public record RowRejection(String file, long line, String reason) {}
