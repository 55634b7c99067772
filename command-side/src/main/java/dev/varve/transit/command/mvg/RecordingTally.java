package dev.varve.transit.command.mvg;

import dev.varve.transit.events.IngestionCounts;
import dev.varve.transit.events.IngestionRejection;
import dev.varve.transit.events.IngestionSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of the rows of answers of one kind, and why some were not recorded. Not safe for threads.
 */
final class RecordingTally {

    /** The first ones are enough for a person to see what is wrong; the counts count them all. */
    private static final int KEPT_REJECTIONS = 100;

    private final IngestionSource source;
    private final List<IngestionRejection> rejections = new ArrayList<>();
    private final Map<String, Integer> answersLostByReason = new LinkedHashMap<>();
    private long recorded;
    private long unchanged;
    private long rejected;

    RecordingTally(IngestionSource source) {
        this.source = source;
    }

    IngestionSource source() {
        return source;
    }

    void recorded() {
        recorded++;
    }

    void unchanged() {
        unchanged++;
    }

    /** A row that cannot be used; the others of its answer are. */
    void rejected(String what, String reason) {
        rejected++;
        keep(new IngestionRejection(what, 0, reason));
    }

    /** An answer of which rows are missing, although nothing is wrong with them. */
    void lost(long rows, String reason) {
        rejected += rows;
        answersLostByReason.merge(reason, 1, Integer::sum);
    }

    void add(RecordingTally other) {
        recorded += other.recorded;
        unchanged += other.unchanged;
        rejected += other.rejected;
        other.rejections.forEach(this::keep);
        other.answersLostByReason.forEach(
                (reason, answers) -> answersLostByReason.merge(reason, answers, Integer::sum));
    }

    /** Whether an operator should know. */
    boolean isWorthReporting() {
        return rejected > 0 || !answersLostByReason.isEmpty();
    }

    boolean hasLosses() {
        return !answersLostByReason.isEmpty();
    }

    /** Why answers were lost, in words. */
    String losses() {
        List<String> losses = answersLostByReason.entrySet().stream()
                .map(loss -> loss.getValue() + (loss.getValue() == 1 ? " answer" : " answers")
                        + " not recorded in full: " + loss.getKey())
                .toList();
        return String.join("; ", losses);
    }

    IngestionCounts counts() {
        return new IngestionCounts(recorded + unchanged + rejected, recorded, unchanged, rejected);
    }

    List<IngestionRejection> rejections() {
        return List.copyOf(rejections);
    }

    private void keep(IngestionRejection rejection) {
        if (rejections.size() < KEPT_REJECTIONS) {
            rejections.add(rejection);
        }
    }
}
