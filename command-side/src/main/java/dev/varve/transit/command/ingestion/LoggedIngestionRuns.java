package dev.varve.transit.command.ingestion;

import dev.varve.command.KnownStreams;
import dev.varve.command.Rejected;
import dev.varve.command.ingestion.IngestionJob;
import dev.varve.command.ingestion.IngestionRuns;
import dev.varve.command.ingestion.RowCounts;
import dev.varve.command.ingestion.RowRejection;
import dev.varve.command.ingestion.RunId;
import dev.varve.eventstore.axon.CommandDispatcher;
import dev.varve.transit.events.IngestionCounts;
import dev.varve.transit.events.IngestionRejection;
import dev.varve.transit.events.IngestionRunId;
import dev.varve.transit.events.IngestionSource;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs as streams of the log.
 *
 * <p>A run's id is derived from its source and parameters. A run that was cut off or failed keeps its id when it is
 * taken up, so what it records in the end is what an undisturbed run records. After a success the same import again is
 * a new run, numbered from 2. For one run of one import, by one thread.
 */
final class LoggedIngestionRuns implements IngestionRuns {

    private static final Logger LOG = LoggerFactory.getLogger(LoggedIngestionRuns.class);

    private final CommandDispatcher dispatcher;
    private final Clock clock;
    private final KnownStreams known;
    private final IngestionSource source;
    private final Repeats repeats;

    /** The start of a run that is written only once it has brought something new. */
    private @Nullable StartIngestion postponed;

    LoggedIngestionRuns(
            CommandDispatcher dispatcher, Clock clock, KnownStreams known, IngestionSource source, Repeats repeats) {
        this.dispatcher = dispatcher;
        this.clock = clock;
        this.known = known;
        this.source = source;
        this.repeats = repeats;
    }

    /** What the same import leaves behind after it has succeeded once. */
    enum Repeats {
        EACH_A_RUN,
        ONLY_WITH_NEWS
    }

    @Override
    public Started start(IngestionJob job) {
        for (int number = 1; ; number++) {
            RunId runId = job.runId(number);
            StartIngestion start =
                    new StartIngestion(id(runId), job.jobName(), source, job.description(), clock.instant());
            if (number > 1 && repeats == Repeats.ONLY_WITH_NEWS && !known.contains(start.stream())) {
                postponed = start;
                return new Started(runId, false);
            }
            try {
                boolean began = dispatcher.dispatch(start).events() > 0;
                return new Started(runId, !began);
            } catch (Rejected startedBefore) {
                if (isTakenUp(runId)) {
                    return new Started(runId, true);
                }
            }
        }
    }

    /** False when the run came to its end before. */
    private boolean isTakenUp(RunId runId) {
        try {
            dispatcher.dispatch(new RetryIngestion(id(runId), clock.instant()));
            return true;
        } catch (Rejected succeeded) {
            return false;
        }
    }

    @Override
    public void succeed(RunId runId, RowCounts counts, List<RowRejection> rejections, @Nullable String notes) {
        if (postponed != null && counts.recorded() == 0) {
            return;
        }
        end(runId, new CompleteIngestion(id(runId), counts(counts), rejections(rejections), notes, clock.instant()));
    }

    @Override
    public void fail(RunId runId, RowCounts counts, List<RowRejection> rejections, String reason) {
        end(runId, new FailIngestion(id(runId), counts(counts), rejections(rejections), reason, clock.instant()));
    }

    private void end(RunId runId, Object command) {
        try {
            if (postponed != null) {
                dispatcher.dispatch(postponed);
            }
            dispatcher.dispatch(command);
        } catch (Rejected ended) {
            // Two imports of one source at the same time share a run; the slower one finds it ended.
            LOG.warn("ingestion run ended by another import run={} reason=\"{}\"", runId, ended.detail());
        }
    }

    private static IngestionRunId id(RunId runId) {
        return new IngestionRunId(runId.value());
    }

    private static IngestionCounts counts(RowCounts counts) {
        return new IngestionCounts(counts.read(), counts.recorded(), counts.unchanged(), counts.rejected());
    }

    private static List<IngestionRejection> rejections(List<RowRejection> rejections) {
        return rejections.stream()
                .map(rejection -> new IngestionRejection(rejection.file(), rejection.line(), rejection.reason()))
                .toList();
    }
}
