package dev.varve.clinical.query.recordings;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * A conflict that waits for a person.
 *
 * @param baseVersion the version that the client had
 * @param currentVersion the version that the recording has now
 */
@JsonNaming(SnakeCaseStrategy.class)
record ConflictView(
        String conflictId,
        UUID recordingId,
        String clinicianId,
        long baseVersion,
        long currentVersion,
        Instant foundAt,
        String foundBy,
        List<FieldView> fields) {

    /** One field in both versions; null: empty, or of an erased patient. */
    @JsonNaming(SnakeCaseStrategy.class)
    record FieldView(
            String field, @Nullable Object client, @Nullable Object server) {}
}
