package dev.varve.command.ingestion;

import java.io.PrintWriter;
import java.util.Locale;

/** What an operator sees of an import: its progress and each rejection on the error stream, the report on the other. */
public final class IngestionConsole {

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean quiet;
    private volatile Progress progress = Progress.NONE;

    private IngestionConsole(PrintWriter out, PrintWriter err, boolean quiet) {
        this.out = out;
        this.err = err;
        this.quiet = quiet;
    }

    /** Prints to the two streams of a command line; with {@code quiet} neither progress nor rejections. */
    public static IngestionConsole of(PrintWriter out, PrintWriter err, boolean quiet) {
        return new IngestionConsole(out, err, quiet);
    }

    /** Prints nothing at all, for imports that no person has started. */
    public static IngestionConsole silent() {
        PrintWriter nowhere = new PrintWriter(java.io.Writer.nullWriter());
        return new IngestionConsole(nowhere, nowhere, true);
    }

    /** A line before the run starts, for what the import decided by itself. */
    public void say(String line) {
        if (!quiet) {
            err.println(line);
            err.flush();
        }
    }

    /** One line that says why nothing was changed. */
    public void broken(BrokenSource broken) {
        err.println("error: " + broken.getMessage() + " (nothing was changed)");
        err.flush();
    }

    void started(IngestionJob job, RunId runId, boolean resumed) {
        say("run " + runId + (resumed ? " is taken up again" : ""));
        progress = quiet ? Progress.NONE : Progress.onThisConsole(job.jobName(), job.expectedRows(), err);
    }

    void stepped() {
        progress.step();
    }

    void rejected(RowRejection rejection) {
        if (!quiet) {
            progress.interlude(() -> err.println("rejected " + place(rejection) + " " + rejection.reason()));
        }
    }

    void broke(Exception failure) {
        progress.interlude(() -> err.println("error: " + failure));
    }

    void finished(IngestionReport report) {
        progress.close();
        progress = Progress.NONE;
        out.printf("%-12s %12s %12s %12s %12s%n", "", "read", "recorded", "unchanged", "rejected");
        report.countsByKind().forEach(this::row);
        if (report.countsByKind().size() != 1) {
            row("all", report.counts());
        }
        report.notes().forEach(note -> out.println("note: " + note));
        double seconds = Math.max(0.001, report.took().toMillis() / 1000.0);
        out.printf(
                Locale.ROOT,
                "%s in %.1f s (%,.0f rows/s), run %s%n",
                report.succeeded() ? "done" : "FAILED",
                seconds,
                report.counts().read() / seconds,
                report.runId());
        if (!report.succeeded()) {
            out.println("why: " + report.failure());
            out.println("repeat the same import to go on; what was recorded stays and is not recorded twice");
        }
        out.flush();
    }

    private void row(String kind, RowCounts counts) {
        out.printf(
                Locale.ROOT,
                "%-12s %,12d %,12d %,12d %,12d%n",
                kind,
                counts.read(),
                counts.recorded(),
                counts.unchanged(),
                counts.rejected());
    }

    private static String place(RowRejection rejection) {
        return rejection.line() > 0 ? rejection.file() + ":" + rejection.line() : rejection.file();
    }
}
