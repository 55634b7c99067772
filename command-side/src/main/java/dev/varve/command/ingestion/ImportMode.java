package dev.varve.command.ingestion;

/** How far an import goes. */
public enum ImportMode {
    /** Writes; rows of different streams overtake each other by as many as are on the way at once. */
    WRITE,
    /** Writes one row after the other, so that the log holds them all in the source's order; slower. */
    WRITE_IN_ORDER,
    /** Reads and checks everything, compares it with the read models, and writes nothing. */
    DRY_RUN
}
