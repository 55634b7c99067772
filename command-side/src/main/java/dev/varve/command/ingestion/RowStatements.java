package dev.varve.command.ingestion;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A context's knowledge of what its rows must come to in its read models, for the checksums of its imports. */
public interface RowStatements {

    /** States nothing, so that nothing is compared. */
    static RowStatements none() {
        return row -> List.of();
    }

    /** What the row states; empty for one whose outcome is in no read model. */
    List<StatedRow> of(IngestionRow row);

    /** A stored row in the words of the statements; for columns that are not kept as they are stated. */
    default Map<String, @Nullable Object> comparable(String table, Map<String, @Nullable Object> stored) {
        return stored;
    }
}
