package dev.varve.clinical.command.sync;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** What became of the items, in their order. */
record SyncAnswer(List<ItemAnswer> items) {

    /**
     * What became of one item.
     *
     * @param result applied, already-applied, conflict or rejected
     * @param version the recording's version now; null when the item was rejected
     * @param applied the fields that were changed
     * @param conflictId by which a person decides; null when there is nothing to decide
     * @param conflicts the fields that wait for a person, in both versions
     * @param problem why it was rejected; null when it was not
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record ItemAnswer(
            @Nullable String localStorageKey,
            @Nullable UUID recordingId,
            String result,
            @Nullable Long version,
            List<String> applied,
            @Nullable String conflictId,
            List<Both> conflicts,
            @Nullable ItemProblem problem) {}

    /** A field as the client wants it and as it is. */
    record Both(
            String field, @Nullable Object client, @Nullable Object server) {}

    /** Why an item was rejected, with the code and the field that a problem of its own would have. */
    record ItemProblem(String code, @Nullable String field, String detail) {}
}
