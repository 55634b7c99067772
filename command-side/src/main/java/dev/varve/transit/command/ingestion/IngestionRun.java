package dev.varve.transit.command.ingestion;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import dev.varve.command.Outcome;
import dev.varve.command.Rejected;
import dev.varve.transit.command.TransitStreams;
import dev.varve.transit.events.IngestionEvent;
import dev.varve.transit.events.IngestionEvent.IngestionFailed;
import dev.varve.transit.events.IngestionEvent.IngestionRetried;
import dev.varve.transit.events.IngestionEvent.IngestionStarted;
import dev.varve.transit.events.IngestionEvent.IngestionSucceeded;
import dev.varve.transit.events.IngestionRunId;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/**
 * One run of an import. It is running, from its start or from being taken up again, until it succeeds or fails; a
 * failed run can be taken up again, a successful one is over.
 */
@Aggregate(type = "transit.ingestion-run")
final class IngestionRun {

    /** Read by Axon only, so not private: nobody here asks for it. */
    @AggregateIdentifier
    @Nullable String stream;

    private @Nullable IngestionStarted start;
    private Status status = Status.RUNNING;

    IngestionRun() {}

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    Outcome start(StartIngestion command) {
        IngestionStarted said = new IngestionStarted(
                command.ingestionRunId(), command.jobName(), command.source(), command.context(), command.startedAt());
        if (start == null) {
            apply(said);
            return Outcome.CREATED;
        }
        if (status != Status.RUNNING || !start.equals(said)) {
            throw rejected(command.ingestionRunId(), "ingestion-already-started", "was started before");
        }
        return Outcome.UNCHANGED;
    }

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    Outcome takeOver(TakeOverIngestion command) {
        boolean unknown = start == null;
        if (unknown) {
            start(command.start());
        }
        boolean news = unknown;
        if (command.status() == TakeOverIngestion.Status.RETRYING && status == Status.RUNNING) {
            retry(new RetryIngestion(command.ingestionRunId(), command.startedAt()));
            news = true;
        }
        if (status == Status.RUNNING || status == Status.RETRYING) {
            switch (command.end()) {
                case CompleteIngestion complete -> news |= complete(complete) == Outcome.CHANGED;
                case FailIngestion failed -> news |= fail(failed) == Outcome.CHANGED;
                case null, default -> {}
            }
        }
        return unknown ? Outcome.CREATED : news ? Outcome.CHANGED : Outcome.UNCHANGED;
    }

    @CommandHandler
    Outcome retry(RetryIngestion command) {
        if (status == Status.SUCCESS) {
            throw rejected(command.ingestionRunId(), "ingestion-succeeded", "succeeded and is over");
        }
        apply(new IngestionRetried(command.ingestionRunId(), command.retriedAt()));
        return Outcome.CHANGED;
    }

    @CommandHandler
    Outcome complete(CompleteIngestion command) {
        mustBeUnderWay(command.ingestionRunId());
        apply(new IngestionSucceeded(
                command.ingestionRunId(),
                command.counts(),
                command.rejections(),
                command.notes(),
                command.completedAt()));
        return Outcome.CHANGED;
    }

    @CommandHandler
    Outcome fail(FailIngestion command) {
        mustBeUnderWay(command.ingestionRunId());
        apply(new IngestionFailed(
                command.ingestionRunId(),
                command.counts(),
                command.rejections(),
                command.reason(),
                command.completedAt()));
        return Outcome.CHANGED;
    }

    @EventSourcingHandler
    void evolve(IngestionEvent event) {
        switch (event) {
            case IngestionStarted e -> {
                stream = TransitStreams.of(e.ingestionRunId());
                start = e;
            }
            case IngestionRetried e -> status = Status.RETRYING;
            case IngestionSucceeded e -> status = Status.SUCCESS;
            case IngestionFailed e -> status = Status.FAILED;
        }
    }

    private void mustBeUnderWay(IngestionRunId id) {
        switch (status) {
            case RUNNING, RETRYING -> {}
            case SUCCESS -> throw rejected(id, "ingestion-succeeded", "succeeded and is over");
            case FAILED -> throw rejected(id, "ingestion-failed", "failed; retry it before it can end again");
        }
    }

    private static Rejected rejected(IngestionRunId id, String code, String what) {
        return new Rejected("transit", code, "ingestionRunId", "ingestion run " + id + " " + what);
    }

    private enum Status {
        RUNNING,
        RETRYING,
        SUCCESS,
        FAILED
    }
}
