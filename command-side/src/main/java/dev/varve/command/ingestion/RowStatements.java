package dev.varve.command.ingestion;

import java.util.List;

/** A context's knowledge of what its commands must come to in its read models, for the checksums of its imports. */
@FunctionalInterface
public interface RowStatements {

    /** Nothing is compared. */
    RowStatements NONE = command -> List.of();

    /** What the command states; empty for one whose outcome is in no read model. */
    List<StatedRow> of(Object command);
}
