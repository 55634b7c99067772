package dev.varve.transit.query.ingestionruns;

import dev.varve.transit.events.IngestionCounts;
import dev.varve.transit.events.IngestionRejection;
import dev.varve.transit.events.IngestionSource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run that brought data in.
 *
 * @param status {@code RUNNING}, {@code RETRYING}, {@code SUCCESS} or {@code FAILED}
 * @param rejections the first of the rows that could not be used; the counts tell how many there were
 * @param notes of a failed run, why
 */
record IngestionRunView(
        String id,
        String jobName,
        IngestionSource source,
        Map<String, String> context,
        String status,
        Instant startedAt,
        @Nullable Instant completedAt,
        int retries,
        IngestionCounts counts,
        List<IngestionRejection> rejections,
        @Nullable String notes,
        long version,
        long position) {

    IngestionRunView {
        rejections = List.copyOf(rejections);
    }
}
