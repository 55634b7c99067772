package dev.varve.command.ingestion;

/** Where an import puts its rows while it reads; all methods may block, because the window of rows on the way is bounded. */
public interface RowSink {

    /** The run that these rows belong to, for commands that name it. */
    RunId runId();

    /** Hands over one row; it is dispatched concurrently with others of other keys. */
    void submit(IngestionRow row);

    /** Counts and reports a row that could not be made into commands. */
    void reject(String kind, String file, long line, String reason);

    /** Waits until every row submitted so far has been dispatched, because what follows builds on it. */
    void settle();

    /** Tells the operator something that is no rejection, once, at the end. */
    void note(String note);
}
