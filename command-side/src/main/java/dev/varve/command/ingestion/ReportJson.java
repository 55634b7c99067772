package dev.varve.command.ingestion;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * An import's report as a program reads it.
 *
 * @param run null for a dry run, which leaves none behind
 * @param result DONE or FAILED
 * @param recorded what would be recorded, for a dry run
 * @param rejections the first of them
 * @param equal whether all checksums are; null where nothing was compared
 * @param failure null when the source was read to its end
 */
record ReportJson(
        @Nullable String run,
        String result,
        boolean dryRun,
        boolean resumed,
        long read,
        long recorded,
        long unchanged,
        long rejected,
        Map<String, RowCounts> kinds,
        List<RowRejection> rejections,
        List<String> notes,
        List<Checksum> checksums,
        @Nullable Boolean equal,
        double seconds,
        @Nullable String failure) {

    private static final JsonMapper JSON = JsonMapper.shared();

    static String of(IngestionReport report) {
        boolean dryRun = report.mode() == ImportMode.DRY_RUN;
        RowCounts all = report.counts();
        ReportJson json = new ReportJson(
                dryRun ? null : report.runId().value(),
                report.succeeded() ? "DONE" : "FAILED",
                dryRun,
                report.resumed(),
                all.read(),
                all.recorded(),
                all.unchanged(),
                all.rejected(),
                report.countsByKind(),
                report.rejections(),
                report.notes(),
                report.checksums(),
                report.checksums().isEmpty()
                        ? null
                        : report.checksums().stream().allMatch(Checksum::isEqual),
                report.took().toMillis() / 1000.0,
                report.failure());
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + System.lineSeparator();
    }
}
