package dev.varve.command.ingestion;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The read models as an import may compare with them; the side that asks questions stands behind it. */
public interface ReadModel {

    /** Lets this process stop following the log, because much is about to be written. */
    default void standStill() {}

    /** Lets it follow again. */
    default void follow() {}

    /** Waits until all that was written so far can be read; answers what is behind after a while. */
    Optional<String> awaitWritten();

    /** Whether there is such a table; a context may have none yet for what it keeps. */
    boolean has(String table);

    /**
     * Rows by their keys; those that are not there are left out.
     *
     * @param columns whole columns only
     */
    Map<String, Map<String, @Nullable Object>> rows(String table, Collection<String> columns, Collection<String> keys);
}
