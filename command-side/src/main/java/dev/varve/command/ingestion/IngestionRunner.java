package dev.varve.command.ingestion;

import dev.varve.eventstore.axon.CommandBatches;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    /** Enough to read, decide and write at the same time; rows go in batches, so more would only make these smaller. */
    private static final int LANES = 4;

    /** From so many rows on it is quicker to write them all, and then to let the read models follow. */
    private static final long MANY_ROWS = 10_000;

    private static final Duration STOP_WAIT = Duration.ofSeconds(20);

    private final RowCommands commands;
    private final @Nullable ReadModel readModel;
    private final Set<Run> active = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    IngestionRunner(RowCommands commands, @Nullable ReadModel readModel) {
        this.commands = commands;
        this.readModel = readModel;
    }

    /** A runner whose rows are commands on the log; without a read model nothing is compared at the end. */
    public static IngestionRunner on(CommandBatches batches, @Nullable ReadModel readModel) {
        return new IngestionRunner(new DispatchedRowCommands(batches), readModel);
    }

    /**
     * Blocks until the run has ended, one way or the other, the log knows it, and the read models were compared.
     *
     * @throws RuntimeException when the run could not even be started
     */
    public IngestionReport run(ContextImports context, IngestionJob job, IngestionRows rows, IngestionConsole console) {
        long begin = System.nanoTime();
        IngestionRuns runs = job.mode() == ImportMode.DRY_RUN ? new NoRuns() : context.runs();
        IngestionRuns.Started started = runs.start(job);
        console.started(job, started.runId(), started.resumed());
        Run run = new Run(started.runId(), context.statements(), job.mode(), console);
        active.add(run);
        try {
            String failure = job.expectedRows() < MANY_ROWS ? run.readAll(rows) : run.readAllAhead(rows);
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            IngestionReport report = completed(runs, run.report(started.resumed(), took, failure));
            console.read();
            IngestionReport whole = report.succeeded() ? run.concluded(report) : report;
            console.finished(whole);
            return whole;
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
        private final Stated stated;
        private final RowStatements statements;
        private final ImportMode mode;
        private final DryRun dryRun;
        private final RowLanes lanes;

        Run(RunId runId, RowStatements statements, ImportMode mode, IngestionConsole console) {
            this.runId = runId;
            this.statements = readModel == null ? RowStatements.none() : statements;
            this.mode = mode;
            this.console = console;
            stated = new Stated(this.statements);
            dryRun = new DryRun(this.statements, stated, tally);
            lanes = switch (mode) {
                case WRITE -> new RowLanes(LANES, this::dispatch);
                case WRITE_IN_ORDER -> new RowLanes(1, this::dispatch);
                case DRY_RUN -> new RowLanes(1, this::foresee);
            };
        }

        /** As {@link #readAll}, while the read models of this process stand still. */
        @Nullable String readAllAhead(IngestionRows rows) {
            if (readModel == null || mode == ImportMode.DRY_RUN) {
                return readAll(rows);
            }
            readModel.standStill();
            try {
                return readAll(rows);
            } finally {
                readModel.follow();
            }
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
            return new IngestionReport(
                    runId, mode, resumed, tally.countsByKind(), tally.rejections(), notes, List.of(), took, failure);
        }

        IngestionReport concluded(IngestionReport report) {
            return mode == ImportMode.DRY_RUN ? foretold(report) : compared(report);
        }

        /** The report with the checksums, once the read models hold what was written. */
        private IngestionReport compared(IngestionReport report) {
            if (readModel == null) {
                return report;
            }
            Optional<String> behind = readModel.awaitWritten();
            if (behind.isPresent()) {
                return report.noted("not compared: " + behind.get());
            }
            return report.compared(stated.compareWith(readModel, (table, key) -> {}));
        }

        /** The report of what a run would do, by what the read models hold now. */
        private IngestionReport foretold(IngestionReport report) {
            List<Checksum> checksums = dryRun.compareWith(readModel == null ? new NoReadModel() : readModel);
            return report.counted(tally.countsByKind()).compared(checksums);
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

        /** Rows that are single commands go together, as most do. */
        private void dispatch(List<IngestionRow> rows) {
            List<IngestionRow> together = new ArrayList<>(rows.size());
            for (IngestionRow row : rows) {
                if (row.commands().size() == 1) {
                    together.add(row);
                } else {
                    dispatchAll(together);
                    together.clear();
                    count(row, dispatchEach(row));
                }
            }
            dispatchAll(together);
        }

        private void dispatchAll(List<IngestionRow> rows) {
            List<Object> marked = new ArrayList<>(rows.size());
            rows.forEach(row -> marked.add(marked(row, row.commands().getFirst())));
            List<RowOutcome> outcomes = commands.dispatchAll(marked);
            for (int n = 0; n < rows.size(); n++) {
                count(rows.get(n), outcomes.get(n));
            }
        }

        /** The row is recorded when one of its commands changed something; a refusal ends it. */
        private RowOutcome dispatchEach(IngestionRow row) {
            RowOutcome whole = new RowOutcome.Unchanged();
            for (Object command : row.commands()) {
                switch (commands.dispatch(marked(row, command))) {
                    case RowOutcome.Recorded recorded -> whole = recorded;
                    case RowOutcome.Unchanged() -> {}
                    case RowOutcome.Refused refused -> {
                        return refused;
                    }
                }
            }
            return whole;
        }

        private static Object marked(IngestionRow row, Object command) {
            return row.origin() == null ? command : row.origin().mark(command);
        }

        private void count(IngestionRow row, RowOutcome outcome) {
            console.stepped();
            switch (outcome) {
                case RowOutcome.Recorded() -> tally.recorded(row.kind());
                case RowOutcome.Unchanged() -> tally.unchanged(row.kind());
                case RowOutcome.Refused(String reason) -> {
                    reject(row.kind(), row.file(), row.line(), reason);
                    return;
                }
            }
            statements.of(row).forEach(stated::add);
        }

        private void foresee(List<IngestionRow> rows) {
            for (IngestionRow row : rows) {
                dryRun.add(row);
                console.stepped();
            }
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
