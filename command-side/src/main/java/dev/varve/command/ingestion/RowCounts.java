package dev.varve.command.ingestion;

/**
 * What became of the rows of a run, so far: {@code read = recorded + unchanged + rejected}.
 *
 * @param recorded rows that changed something
 * @param unchanged rows that said what was known already
 * @param rejected rows that could not be used
 */
public record RowCounts(long read, long recorded, long unchanged, long rejected) {

    public static final RowCounts NONE = new RowCounts(0, 0, 0, 0);

    RowCounts plus(RowCounts other) {
        return new RowCounts(
                read + other.read, recorded + other.recorded, unchanged + other.unchanged, rejected + other.rejected);
    }
}
