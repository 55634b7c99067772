package dev.varve.command.ingestion;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts what became of the rows, by kind; safe for many threads. */
final class Tally {

    private final Map<String, long[]> outcomesByKind = new LinkedHashMap<>();
    private final List<RowRejection> rejections = new ArrayList<>();

    synchronized void recorded(String kind) {
        outcomes(kind)[0]++;
    }

    synchronized void unchanged(String kind) {
        outcomes(kind)[1]++;
    }

    synchronized void rejected(String kind, RowRejection rejection) {
        outcomes(kind)[2]++;
        if (rejections.size() < IngestionReport.KEPT_REJECTIONS) {
            rejections.add(rejection);
        }
    }

    synchronized List<RowRejection> rejections() {
        return List.copyOf(rejections);
    }

    synchronized Map<String, RowCounts> countsByKind() {
        Map<String, RowCounts> counts = new LinkedHashMap<>();
        outcomesByKind.forEach((kind, outcomes) -> counts.put(
                kind, new RowCounts(outcomes[0] + outcomes[1] + outcomes[2], outcomes[0], outcomes[1], outcomes[2])));
        return counts;
    }

    private long[] outcomes(String kind) {
        return outcomesByKind.computeIfAbsent(kind, any -> new long[3]);
    }
}
