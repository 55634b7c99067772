package dev.varve.command.ingestion;

import dev.varve.eventstore.axon.CommandDispatcher;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs an import as one ingestion run: starts it, dispatches its rows concurrently, counts them, completes or fails it.
 *
 * <p>Every command it dispatches may be dispatched again without harm, so an import that was cut off anywhere is simply
 * repeated: the rows that had arrived are unchanged, the others are recorded, in the run that was cut off.
 */
public final class IngestionRunner {

    /** Enough appends on the way to fill the event store's group commit; more only costs memory. */
    private static final int LANES = 256;

    private static final Duration STOP_WAIT = Duration.ofSeconds(20);

    private final RowCommands commands;
    private final Set<Run> active = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    IngestionRunner(RowCommands commands) {
        this.commands = commands;
    }

    /** A runner whose rows are commands on the log. */
    public static IngestionRunner on(CommandDispatcher dispatcher) {
        return new IngestionRunner(new DispatchedRowCommands(dispatcher));
    }

    /**
     * Blocks until the run has ended, one way or the other, and the log knows it.
     *
     * @throws RuntimeException when the run could not even be started
     */
    public IngestionReport run(IngestionRuns runs, IngestionJob job, IngestionRows rows, IngestionConsole console) {
        long begin = System.nanoTime();
        IngestionRuns.Started started = runs.start(job);
        console.started(job, started.runId(), started.resumed());
        Run run = new Run(started.runId(), console);
        active.add(run);
        try {
            String failure = run.readAll(rows);
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            IngestionReport report = completed(runs, run.report(started.resumed(), took, failure));
            console.finished(report);
            return report;
        } finally {
            active.remove(run);
            run.ended.countDown();
        }
    }

    /** Cuts off what is running, waits until the log knows that it failed, and refuses further rows. */
    void stopAll() {
        stopping = true;
        long deadline = System.nanoTime() + STOP_WAIT.toNanos();
        for (Run run : active) {
            try {
                if (!run.ended.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Tells the log how the run ended; a log that cannot be told leaves it to be taken up by the next import. */
    private static IngestionReport completed(IngestionRuns runs, IngestionReport report) {
        String failure = report.failure();
        try {
            if (failure == null) {
                String notes = report.notes().isEmpty() ? null : String.join("\n", report.notes());
                runs.succeed(report.runId(), report.counts(), report.rejections(), notes);
            } else {
                runs.fail(report.runId(), report.counts(), report.rejections(), failure);
            }
            return report;
        } catch (RuntimeException e) {
            return report.failed((failure == null ? "" : failure + "; ") + "the run's end could not be recorded: " + e);
        }
    }

    /** One run on its way. */
    private final class Run implements RowSink {

        private final RunId runId;
        private final IngestionConsole console;
        private final Tally tally = new Tally();
        private final List<String> notes = new ArrayList<>();
        private final CountDownLatch ended = new CountDownLatch(1);
        private final RowLanes lanes = new RowLanes(LANES, this::dispatch);

        Run(RunId runId, IngestionConsole console) {
            this.runId = runId;
            this.console = console;
        }

        /** Answers why it ended before the end, in words; null when it did not. */
        @Nullable String readAll(IngestionRows rows) {
            try (lanes) {
                rows.submitTo(this);
                settle();
                return null;
            } catch (CutOff e) {
                return "cut off by a shutdown";
            } catch (IOException | RuntimeException e) {
                console.broke(e);
                return e.getMessage() == null ? e.toString() : e.getMessage();
            }
        }

        IngestionReport report(boolean resumed, Duration took, @Nullable String failure) {
            return new IngestionReport(runId, resumed, tally.countsByKind(), tally.rejections(), notes, took, failure);
        }

        @Override
        public RunId runId() {
            return runId;
        }

        @Override
        public void submit(IngestionRow row) {
            if (stopping) {
                throw new CutOff();
            }
            try {
                lanes.put(row);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CutOff();
            }
        }

        @Override
        public void reject(String kind, String file, long line, String reason) {
            RowRejection rejection = new RowRejection(file, line, reason);
            tally.rejected(kind, rejection);
            console.rejected(rejection);
        }

        @Override
        public void settle() {
            try {
                lanes.settle();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CutOff();
            }
        }

        @Override
        public void note(String note) {
            notes.add(note);
        }

        private void dispatch(IngestionRow row) {
            boolean recorded = false;
            for (Object command : row.commands()) {
                switch (commands.dispatch(command)) {
                    case RowOutcome.Recorded() -> recorded = true;
                    case RowOutcome.Unchanged() -> {}
                    case RowOutcome.Refused(String reason) -> {
                        reject(row.kind(), row.file(), row.line(), reason);
                        console.stepped();
                        return;
                    }
                }
            }
            if (recorded) {
                tally.recorded(row.kind());
            } else {
                tally.unchanged(row.kind());
            }
            console.stepped();
        }
    }

    /** Leaves the reader where it stands; carries no stack because nobody looks for its place. */
    private static final class CutOff extends RuntimeException {

        private static final long serialVersionUID = 1L;

        CutOff() {
            super("cut off by a shutdown", null, false, false);
        }
    }
}
