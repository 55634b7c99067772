package dev.varve.projection;

/**
 * Takes the changes that one event makes to read models. Nothing is written here: the driver gathers the changes of many
 * events, folds those of one row, and writes each table at once.
 */
public interface Changes {

    /**
     * The row is inserted, or the columns given are set where it is there already. Give every column that is NOT NULL and
     * has no default.
     */
    RowChange upsert(Key key);

    /** The columns given are set where the row is there; else nothing happens. */
    RowChange patch(Key key);

    /** The row is removed if it is there. */
    void delete(Key key);

    /**
     * A row of a history is added, once for each position; it is never changed afterwards.
     *
     * @param key the history's key without its column {@code position}, which the engine adds
     */
    RowChange append(Key key);
}
