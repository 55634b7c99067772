package dev.varve.transit.command.mvg;

import dev.varve.eventstore.axon.CommandDispatcher;
import dev.varve.transit.command.ingestion.CompleteIngestion;
import dev.varve.transit.command.ingestion.FailIngestion;
import dev.varve.transit.command.ingestion.StartIngestion;
import dev.varve.transit.command.mvg.MvgSettings.RecordingSettings;
import dev.varve.transit.events.IngestionRunId;
import dev.varve.transit.events.IngestionSource;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.IdGenerator;

/**
 * Records MVG's answers beside the requests that fetched them: handing one over costs the caller nothing, and the queue
 * is bounded.
 *
 * <p>What is recorded leaves no ingestion run behind, because a run for every board would bury the others. What is not
 * recorded does: answers that found the queue full, that a failure stopped, or that were still waiting when the server
 * had to stop make a failed run with counts and reason; rows that could not be used make a run with rejections. Such
 * runs are gathered for a moment, and kept until the log takes them.
 */
final class BackgroundRecording implements SmartLifecycle, Consumer<MvgObservation> {

    private static final Logger LOG = LoggerFactory.getLogger(BackgroundRecording.class);

    private static final String JOB = "record MVG answers";

    /** After the web server has answered its last request, and before everything that commands need. */
    private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 3 * 1024;

    private final RecordingSettings settings;
    private final ObservationRecorder recorder;
    private final CommandDispatcher dispatcher;
    private final MeterRegistry registry;
    private final Clock clock;
    private final IdGenerator ids;
    private final ThreadPoolExecutor workers;
    private final ScheduledExecutorService reporter = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("mvg-recording-report").factory());
    private final Map<IngestionSource, RecordingTally> toReport = new EnumMap<>(IngestionSource.class);
    private @Nullable Future<?> nextReport;
    private volatile boolean running;

    BackgroundRecording(
            RecordingSettings settings,
            CommandDispatcher dispatcher,
            MeterRegistry registry,
            Clock clock,
            IdGenerator ids) {
        this.settings = settings;
        this.recorder = new ObservationRecorder(dispatcher);
        this.dispatcher = dispatcher;
        this.registry = registry;
        this.clock = clock;
        this.ids = ids;
        this.workers = new ThreadPoolExecutor(
                settings.workers(),
                settings.workers(),
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(settings.queueCapacity()),
                Thread.ofVirtual().name("mvg-recording-", 0).factory());
        Gauge.builder(
                        "varve.transit.mvg.recording.queue",
                        workers,
                        pool -> pool.getQueue().size())
                .description("Answers of MVG that wait to be recorded")
                .register(registry);
    }

    /** Hands over an answer; never waits and never throws. */
    @Override
    public void accept(MvgObservation observation) {
        try {
            workers.execute(new Task(observation));
        } catch (RejectedExecutionException e) {
            String reason = workers.isShutdown()
                    ? "the server was stopping"
                    : "the queue of %d answers was full".formatted(settings.queueCapacity());
            lose(observation, reason);
        }
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    /** Records what waits, as long as that may take, and reports the rest. */
    @Override
    public void stop() {
        running = false;
        workers.shutdown();
        if (!terminated(workers)) {
            for (Runnable left : workers.shutdownNow()) {
                if (left instanceof Task task) {
                    lose(task.observation(), "the server had to stop");
                }
            }
            terminated(workers);
        }
        reporter.shutdownNow();
        terminated(reporter);
        report();
        int unsaid = unsaid();
        if (unsaid > 0) {
            LOG.error(
                    "recording={} rows_lost={} and the log does not know, because it could not be written",
                    JOB,
                    unsaid);
        }
    }

    private boolean terminated(ExecutorService threads) {
        try {
            return threads.awaitTermination(settings.drainTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void lose(MvgObservation observation, String reason) {
        RecordingTally tally = new RecordingTally(ObservationRecorder.sourceOf(observation));
        tally.lost(ObservationRecorder.rowsOf(observation), reason);
        account(tally);
    }

    private void account(RecordingTally tally) {
        count(tally);
        if (tally.isWorthReporting()) {
            keep(tally);
        }
    }

    private void count(RecordingTally tally) {
        rows("recorded").increment((double) tally.counts().recorded());
        rows("unchanged").increment((double) tally.counts().unchanged());
        rows(tally.hasLosses() ? "lost" : "rejected")
                .increment((double) tally.counts().rejected());
    }

    private Counter rows(String outcome) {
        return Counter.builder("varve.transit.mvg.recording.rows")
                .description("Rows of MVG's answers by what became of them in the background")
                .tag("outcome", outcome)
                .register(registry);
    }

    private synchronized void keep(RecordingTally tally) {
        toReport.computeIfAbsent(tally.source(), RecordingTally::new).add(tally);
        if (nextReport == null && !reporter.isShutdown()) {
            nextReport = reporter.schedule(this::report, settings.reportDelay().toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private synchronized List<RecordingTally> takeReports() {
        nextReport = null;
        List<RecordingTally> reports = new ArrayList<>(toReport.values());
        toReport.clear();
        return reports;
    }

    private synchronized int unsaid() {
        return (int) toReport.values().stream()
                .mapToLong(tally -> tally.counts().rejected())
                .sum();
    }

    private void report() {
        for (RecordingTally tally : takeReports()) {
            try {
                write(tally);
            } catch (RuntimeException e) {
                LOG.warn("recording={} source={} report is tried again later: {}", JOB, tally.source(), e.toString());
                keep(tally);
            }
        }
    }

    private void write(RecordingTally tally) {
        IngestionRunId run = new IngestionRunId(ids.generateId().toString());
        Instant now = clock.instant();
        dispatcher.dispatch(new StartIngestion(run, JOB, tally.source(), Map.of("trigger", "background"), now));
        dispatcher.dispatch(
                tally.hasLosses()
                        ? new FailIngestion(run, tally.counts(), tally.rejections(), tally.losses(), now)
                        : new CompleteIngestion(run, tally.counts(), tally.rejections(), null, now));
        LOG.warn(
                "recording={} run={} source={} rows_not_recorded={} {}",
                JOB,
                run,
                tally.source(),
                tally.counts().rejected(),
                tally.losses());
    }

    /** Also what is left of an answer that was not begun. */
    private final class Task implements Runnable {

        private final MvgObservation observation;

        Task(MvgObservation observation) {
            this.observation = observation;
        }

        MvgObservation observation() {
            return observation;
        }

        @Override
        public void run() {
            account(recorder.record(observation));
        }
    }
}
