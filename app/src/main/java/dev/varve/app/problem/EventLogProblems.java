package dev.varve.app.problem;

import dev.varve.eventstore.AppendFailedException;
import dev.varve.eventstore.ArchivedEventsException;
import dev.varve.eventstore.EventLogException;
import dev.varve.eventstore.EventTooLargeException;
import dev.varve.eventstore.StreamConflictException;
import java.util.Optional;

/** What the event log says when it did not take a command's events; Axon wraps it in exceptions of its own. */
final class EventLogProblems {

    private EventLogProblems() {}

    static Optional<Problem> of(Throwable failure) {
        return Causes.first(failure, StreamConflictException.class)
                .map(EventLogProblems::conflict)
                .or(() -> Causes.first(failure, EventTooLargeException.class).map(EventLogProblems::tooLarge))
                .or(() -> Causes.first(failure, ArchivedEventsException.class)
                        .map(e -> StandardProblem.EVENTS_ARCHIVED.because(
                                Texts.printable(String.valueOf(e.getMessage())))))
                .or(() -> Causes.first(failure, AppendFailedException.class).flatMap(EventLogProblems::notTaken))
                .or(() -> Causes.first(failure, EventLogException.class).flatMap(EventLogProblems::notRead));
    }

    private static Problem conflict(StreamConflictException e) {
        String stream = Texts.printable(e.streamId());
        return StandardProblem.CONFLICT
                .because("stream %s was expected at version %d and is at version %d"
                        .formatted(stream, e.expected(), e.actual()))
                .withMember("stream", stream)
                .withMember("expected", e.expected())
                .withMember("actual", e.actual());
    }

    private static Problem tooLarge(EventTooLargeException e) {
        return StandardProblem.EVENT_TOO_LARGE
                .because("%s has %d bytes, and at most %d are recorded"
                        .formatted(Texts.printable(e.type()), e.bytes(), e.limit()))
                .withMember("bytes", e.bytes())
                .withMember("limit", e.limit());
    }

    private static Optional<Problem> notTaken(AppendFailedException e) {
        if (e.maybeWritten()) {
            return Optional.of(StandardProblem.UNCERTAIN.because(
                    "the database did not confirm the command's events in time; they may have been written"));
        }
        if (DatabaseProblems.isCausedBySql(e)) {
            // Either the database is away, or it refused a statement of ours, which is a defect: others tell them
            // apart.
            return Optional.empty();
        }
        return Optional.of(StandardProblem.BUSY.because(
                "the command's events could not be taken: more wait to be written than the server holds or can write"
                        + " in time, or it is shutting down; nothing was written"));
    }

    /** What was wrong with the database is told by what it said; without a word of it others took too long. */
    private static Optional<Problem> notRead(EventLogException e) {
        return DatabaseProblems.isCausedBySql(e)
                ? Optional.empty()
                : Optional.of(StandardProblem.BUSY.because(
                        "the log could not be read in time, because too much waits to be read; nothing was written"));
    }
}
