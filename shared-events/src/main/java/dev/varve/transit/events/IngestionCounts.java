package dev.varve.transit.events;

/**
 * What became of the rows of an ingestion run, so far: {@code read = recorded + unchanged + rejected}.
 *
 * @param recorded rows that changed something
 * @param unchanged rows that said what was known already
 * @param rejected rows that could not be used
 */
public record IngestionCounts(long read, long recorded, long unchanged, long rejected) {

    public static final IngestionCounts NONE = new IngestionCounts(0, 0, 0, 0);
}
