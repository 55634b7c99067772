package dev.varve.command.ingestion;

import java.io.PrintWriter;

/** What an operator sees of an import: its progress and each rejection on the error stream, the report on the other. */
public final class IngestionConsole {

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean quiet;
    private final boolean json;
    private volatile Progress progress = Progress.NONE;

    private IngestionConsole(PrintWriter out, PrintWriter err, boolean quiet, boolean json) {
        this.out = out;
        this.err = err;
        this.quiet = quiet;
        this.json = json;
    }

    /** Prints to the two streams of a command line; with {@code quiet} neither progress nor rejections. */
    public static IngestionConsole of(PrintWriter out, PrintWriter err, boolean quiet, boolean json) {
        return new IngestionConsole(out, err, quiet, json);
    }

    /** Prints nothing at all, for imports that no person has started. */
    public static IngestionConsole silent() {
        PrintWriter nowhere = new PrintWriter(java.io.Writer.nullWriter());
        return new IngestionConsole(nowhere, nowhere, true, false);
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

    /** The last row was read; what follows takes its time without rows. */
    void read() {
        progress.close();
        progress = Progress.NONE;
    }

    void finished(IngestionReport report) {
        progress.close();
        progress = Progress.NONE;
        out.print(json ? ReportJson.of(report) : ReportText.of(report));
        out.flush();
    }

    private static String place(RowRejection rejection) {
        return rejection.line() > 0 ? rejection.file() + ":" + rejection.line() : rejection.file();
    }
}
