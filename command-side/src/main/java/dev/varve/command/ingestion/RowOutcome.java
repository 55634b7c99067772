package dev.varve.command.ingestion;

/** What became of a row. */
sealed interface RowOutcome {

    /** Something new was written. */
    record Recorded() implements RowOutcome {}

    /** What it says was known already. */
    record Unchanged() implements RowOutcome {}

    /** A rule said no. */
    record Refused(String reason) implements RowOutcome {}
}
