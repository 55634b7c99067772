package dev.varve.command.ingestion;

import java.util.Locale;

/** An import's report as a person reads it. */
final class ReportText {

    private final StringBuilder text = new StringBuilder();

    private ReportText() {}

    static String of(IngestionReport report) {
        ReportText text = new ReportText();
        text.counts(report);
        report.checksums().forEach(text::checksum);
        report.notes().forEach(note -> text.line("note: " + note));
        text.end(report);
        return text.text.toString();
    }

    private void counts(IngestionReport report) {
        String recorded = report.mode() == ImportMode.DRY_RUN ? "would record" : "recorded";
        line(String.format(Locale.ROOT, "%-16s %12s %12s %12s %12s", "", "read", recorded, "unchanged", "rejected"));
        report.countsByKind().forEach(this::row);
        if (report.countsByKind().size() != 1) {
            row("all", report.counts());
        }
    }

    private void row(String kind, RowCounts counts) {
        line(String.format(
                Locale.ROOT,
                "%-16s %,12d %,12d %,12d %,12d",
                kind,
                counts.read(),
                counts.recorded(),
                counts.unchanged(),
                counts.rejected()));
    }

    private void checksum(Checksum sum) {
        line(String.format(
                Locale.ROOT,
                "%s: %,d rows, source %s, read model %s: %s",
                sum.table(),
                sum.rows(),
                sum.source(),
                sum.readModel(),
                sum.isEqual() ? "equal" : "%,d DIFFER".formatted(sum.differing())));
        if (!sum.isEqual()) {
            line(String.format(Locale.ROOT, "  differing: %s", String.join(", ", sum.examples())));
        }
    }

    private void end(IngestionReport report) {
        double seconds = Math.max(0.001, report.took().toMillis() / 1000.0);
        line(String.format(
                Locale.ROOT,
                "%s in %.1f s (%,.0f rows/s), %s",
                report.succeeded() ? "done" : "FAILED",
                seconds,
                report.counts().read() / seconds,
                report.mode() == ImportMode.DRY_RUN ? "nothing was written" : "run " + report.runId()));
        String failure = report.failure();
        if (failure != null) {
            line("why: " + failure);
            line("repeat the same import to go on; what was recorded stays and is not recorded twice");
        }
    }

    private void line(String line) {
        text.append(line).append(System.lineSeparator());
    }
}
