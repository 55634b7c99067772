package dev.varve.transit.command.ingestion;

import dev.varve.transit.events.IngestionCounts;
import dev.varve.transit.events.IngestionRejection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts what became of the rows, by kind; safe for many threads. */
final class Tally {

    private final Map<String, long[]> outcomesByKind = new LinkedHashMap<>();
    private final List<IngestionRejection> rejections = new ArrayList<>();

    synchronized void recorded(String kind) {
        outcomes(kind)[0]++;
    }

    synchronized void unchanged(String kind) {
        outcomes(kind)[1]++;
    }

    synchronized void rejected(String kind, IngestionRejection rejection) {
        outcomes(kind)[2]++;
        if (rejections.size() < IngestionReport.KEPT_REJECTIONS) {
            rejections.add(rejection);
        }
    }

    synchronized List<IngestionRejection> rejections() {
        return List.copyOf(rejections);
    }

    synchronized Map<String, IngestionCounts> countsByKind() {
        Map<String, IngestionCounts> counts = new LinkedHashMap<>();
        outcomesByKind.forEach((kind, outcomes) -> counts.put(
                kind,
                new IngestionCounts(outcomes[0] + outcomes[1] + outcomes[2], outcomes[0], outcomes[1], outcomes[2])));
        return counts;
    }

    private long[] outcomes(String kind) {
        return outcomesByKind.computeIfAbsent(kind, any -> new long[3]);
    }
}
