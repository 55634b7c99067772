package dev.varve.clinical.command.history;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Something that happened to a recording.
 *
 * @param position its place in the log
 * @param version the recording's version after it
 * @param change what, for example {@code draft-transcript-changed}
 * @param actor who
 * @param at when, as whoever did it says
 * @param recordedAt when the log took it
 * @param occasion why, as far as nobody says it in words
 * @param note why, in words; null where nobody said so, and for an erased patient
 * @param values what it says; texts of an erased patient are null
 */
@JsonNaming(SnakeCaseStrategy.class)
record HistoryEntry(
        long position,
        long version,
        String change,
        String actor,
        Instant at,
        Instant recordedAt,
        String occasion,
        @Nullable String note,
        Map<String, @Nullable Object> values) {}
