package dev.varve.transit.events;

/**
 * A row that an ingestion run could not use.
 *
 * @param file the file it stands in
 * @param line its line, counted from 1; 0 where the format has no lines
 */
public record IngestionRejection(String file, long line, String reason) {}
