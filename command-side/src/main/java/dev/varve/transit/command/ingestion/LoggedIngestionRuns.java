package dev.varve.transit.command.ingestion;

import dev.varve.command.Rejected;
import dev.varve.eventstore.axon.CommandDispatcher;
import dev.varve.transit.events.IngestionCounts;
import dev.varve.transit.events.IngestionRejection;
import dev.varve.transit.events.IngestionRunId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs as streams of the log.
 *
 * <p>A run's id is derived from its source and parameters. A run that was cut off or failed keeps its id when it is
 * taken up, so what it records in the end is what an undisturbed run records. After a success the same import again is
 * a new run, numbered from 2.
 */
final class LoggedIngestionRuns implements IngestionRuns {

    private static final Logger LOG = LoggerFactory.getLogger(LoggedIngestionRuns.class);

    private static final int DIGEST_CHARACTERS = 24;

    private final CommandDispatcher dispatcher;
    private final Clock clock;

    LoggedIngestionRuns(CommandDispatcher dispatcher, Clock clock) {
        this.dispatcher = dispatcher;
        this.clock = clock;
    }

    @Override
    public Started start(IngestionJob job) {
        String first = firstId(job);
        for (int number = 1; ; number++) {
            IngestionRunId runId = new IngestionRunId(number == 1 ? first : first + "-" + number);
            StartIngestion start =
                    new StartIngestion(runId, job.jobName(), job.source(), job.description(), clock.instant());
            try {
                boolean began = dispatcher.dispatch(start).events() > 0;
                return new Started(runId, !began);
            } catch (Rejected known) {
                if (isTakenUp(runId)) {
                    return new Started(runId, true);
                }
            }
        }
    }

    /** False when the run came to its end before. */
    private boolean isTakenUp(IngestionRunId runId) {
        try {
            dispatcher.dispatch(new RetryIngestion(runId, clock.instant()));
            return true;
        } catch (Rejected succeeded) {
            return false;
        }
    }

    @Override
    public void succeed(
            IngestionRunId runId, IngestionCounts counts, List<IngestionRejection> rejections, @Nullable String notes) {
        end(runId, new CompleteIngestion(runId, counts, rejections, notes, clock.instant()));
    }

    @Override
    public void fail(IngestionRunId runId, IngestionCounts counts, List<IngestionRejection> rejections, String reason) {
        end(runId, new FailIngestion(runId, counts, rejections, reason, clock.instant()));
    }

    private void end(IngestionRunId runId, Object command) {
        try {
            dispatcher.dispatch(command);
        } catch (Rejected ended) {
            // Two imports of one source at the same time share a run; the slower one finds it ended.
            LOG.warn("ingestion run ended by another import run={} reason=\"{}\"", runId, ended.detail());
        }
    }

    static String firstId(IngestionJob job) {
        String identity = job.jobName() + '\n' + job.contentDigest() + '\n' + new TreeMap<>(job.parameters());
        String name = job.jobName().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        return name + "-" + sha256(identity).substring(0, DIGEST_CHARACTERS);
    }

    private static String sha256(String text) {
        try {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
