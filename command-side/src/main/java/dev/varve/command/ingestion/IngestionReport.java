package dev.varve.command.ingestion;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an import ended.
 *
 * @param resumed whether an earlier run over the same source had been cut off or had failed, and was taken up
 * @param countsByKind in the order in which the kinds were met
 * @param rejections the first {@value #KEPT_REJECTIONS}
 * @param checksums one for each read model that the source speaks of; none when nothing could be compared
 * @param failure why the run ended before the end of its source; null when it read it all
 */
public record IngestionReport(
        RunId runId,
        ImportMode mode,
        boolean resumed,
        Map<String, RowCounts> countsByKind,
        List<RowRejection> rejections,
        List<String> notes,
        List<Checksum> checksums,
        Duration took,
        @Nullable String failure) {

    /** How many rejections are kept in the run's event; all of them are printed. */
    public static final int KEPT_REJECTIONS = 100;

    public IngestionReport {
        countsByKind = Collections.unmodifiableMap(new LinkedHashMap<>(countsByKind));
        rejections = List.copyOf(rejections);
        notes = List.copyOf(notes);
        checksums = List.copyOf(checksums);
    }

    public boolean succeeded() {
        return failure == null;
    }

    IngestionReport failed(String reason) {
        return new IngestionReport(runId, mode, resumed, countsByKind, rejections, notes, checksums, took, reason);
    }

    IngestionReport compared(List<Checksum> found) {
        return new IngestionReport(runId, mode, resumed, countsByKind, rejections, notes, found, took, failure);
    }

    IngestionReport counted(Map<String, RowCounts> counts) {
        return new IngestionReport(runId, mode, resumed, counts, rejections, notes, checksums, took, failure);
    }

    IngestionReport noted(String note) {
        List<String> more = new ArrayList<>(notes);
        more.add(note);
        return new IngestionReport(runId, mode, resumed, countsByKind, rejections, more, checksums, took, failure);
    }

    /** All kinds together. */
    public RowCounts counts() {
        return countsByKind.values().stream().reduce(RowCounts.NONE, RowCounts::plus);
    }
}
