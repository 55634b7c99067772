package dev.varve.clinical.command.sync;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;
import tools.jackson.databind.node.ObjectNode;

/** A client's queue, in the order in which it was filled. */
record SyncRequest(@Nullable List<@Nullable Item> items) {

    /**
     * One change.
     *
     * @param localStorageKey the client's own name for the recording
     * @param recordingId the recording, where it was not made under that name; null otherwise
     * @param baseVersion the version that the client had; null for a recording that it has made itself
     * @param changes new values by field; {@code patient_id} only for a new recording
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record Item(
            @Nullable String localStorageKey,
            @Nullable UUID recordingId,
            @Nullable Long baseVersion,
            @Nullable ObjectNode changes) {}
}
