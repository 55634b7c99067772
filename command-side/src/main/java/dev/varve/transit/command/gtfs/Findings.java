package dev.varve.transit.command.gtfs;

import dev.varve.command.ingestion.RowSink;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was found wrong or odd while the feed was read through, kept until there is a run to report it to. */
final class Findings {

    private final List<Rejection> rejections = new ArrayList<>();
    private final Map<String, Integer> oddities = new LinkedHashMap<>();

    void reject(String kind, CsvTable table, String reason) {
        rejections.add(new Rejection(kind, table.name(), table.line(), reason));
    }

    /** Counts something that was read in a way worth knowing. */
    void odd(String what) {
        oddities.merge(what, 1, Integer::sum);
    }

    void reportTo(RowSink sink) {
        for (Rejection rejection : rejections) {
            sink.reject(rejection.kind, rejection.file, rejection.line, rejection.reason);
        }
        oddities.forEach((what, times) -> sink.note(times + " x " + what));
    }

    private record Rejection(String kind, String file, long line, String reason) {}
}
