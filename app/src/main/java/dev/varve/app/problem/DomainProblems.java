package dev.varve.app.problem;

import dev.varve.command.Rejected;
import dev.varve.command.VersionMismatch;
import dev.varve.outbox.ParkedMessageException;
import dev.varve.outbox.ReplayRunningException;
import dev.varve.outbox.SubscriptionConfiguredException;
import dev.varve.outbox.SubscriptionExistsException;
import dev.varve.outbox.SubscriptionUnknownException;
import dev.varve.outbox.SubscriptionUnreadableException;
import dev.varve.personal.ErasedSubjectException;
import dev.varve.personal.KeyFolderException;
import dev.varve.personal.UnknownSubjectException;
import dev.varve.personal.files.FileTooLargeException;
import dev.varve.projection.parked.ParkedRefused;
import dev.varve.projection.rebuild.RebuildRefused;
import dev.varve.projection.replay.ReplayRefused;
import dev.varve.projection.segments.SegmentsRefused;
import dev.varve.query.NotFound;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.modelling.command.ConcurrencyException;

/** What command and query sides throw on purpose. */
final class DomainProblems {

    private static final String OUTBOX = "outbox";
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int REJECTED = 422;

    private DomainProblems() {}

    static Optional<Problem> of(Throwable failure) {
        return Optional.ofNullable(
                switch (failure) {
                    case Rejected e -> rejected(e);
                    case VersionMismatch e ->
                        StandardProblem.PRECONDITION_FAILED
                                .because(
                                        "the stream is at version %d and not at %d".formatted(e.actual(), e.expected()))
                                .withMember("stream", Texts.printable(e.stream()))
                                .withMember("expected", e.expected())
                                .withMember("actual", e.actual());
                    case AggregateNotFoundException e ->
                        StandardProblem.NO_SUCH_STREAM
                                .because("stream " + Texts.printable(String.valueOf(e.getAggregateIdentifier()))
                                        + " has no event")
                                .withMember("stream", Texts.printable(String.valueOf(e.getAggregateIdentifier())));
                    case NotFound e -> Problem.of(e.context(), e.code(), NOT_FOUND, e.detail());
                    case SubscriptionUnknownException e ->
                        Problem.of(OUTBOX, "no-such-subscription", NOT_FOUND, Texts.printable(text(e)));
                    case SubscriptionExistsException e ->
                        Problem.of(OUTBOX, "subscription-exists", CONFLICT, Texts.printable(text(e)));
                    case SubscriptionConfiguredException e ->
                        Problem.of(OUTBOX, "subscription-configured", CONFLICT, Texts.printable(text(e)));
                    case SubscriptionUnreadableException e ->
                        Problem.of(OUTBOX, "subscription-unreadable", CONFLICT, Texts.printable(text(e)));
                    case ReplayRunningException e ->
                        Problem.of(OUTBOX, "replay-running", CONFLICT, Texts.printable(text(e)));
                    case ParkedMessageException e ->
                        Problem.of(OUTBOX, "not-retryable", REJECTED, Texts.printable(text(e)));
                    case ConcurrencyException e ->
                        StandardProblem.CONFLICT.because("another command changed the stream meanwhile");
                    case AggregateStreamCreationException e ->
                        StandardProblem.CONFLICT.because("another command made the stream meanwhile");
                    case RebuildRefused e ->
                        Problem.of("projection", code(e), status(e), String.valueOf(e.getMessage()));
                    case ParkedRefused e ->
                        Problem.of(
                                "projection",
                                e.isUnknown() ? "not-parked" : "not-first",
                                e.isUnknown() ? NOT_FOUND : CONFLICT,
                                String.valueOf(e.getMessage()));
                    case SegmentsRefused e ->
                        Problem.of(
                                "projection",
                                e.isUnknown() ? "no-such-segment" : "segments-not-now",
                                e.isUnknown() ? NOT_FOUND : CONFLICT,
                                text(e));
                    case ErasedSubjectException e -> Problem.of("personal-data", "erased", REJECTED, text(e));
                    case UnknownSubjectException e ->
                        Problem.of("personal-data", "unknown-subject", NOT_FOUND, text(e));
                    case FileTooLargeException e ->
                        StandardProblem.BODY_TOO_LARGE.because(text(e)).withMember("limit", e.limit());
                    case KeyFolderException e ->
                        StandardProblem.KEYS_AWAY.because("the keys of persons are not within reach");
                    case ReplayRefused e -> replay(e);
                    default -> null;
                });
    }

    private static String text(Throwable e) {
        return String.valueOf(e.getMessage());
    }

    private static String code(RebuildRefused refused) {
        return switch (refused.reason()) {
            case UNKNOWN -> "unknown";
            case UNDER_WAY -> "under-way";
            case NOT_NOW -> "not-now";
        };
    }

    private static int status(RebuildRefused refused) {
        return switch (refused.reason()) {
            case UNKNOWN -> NOT_FOUND;
            case UNDER_WAY, NOT_NOW -> CONFLICT;
        };
    }

    private static Problem replay(ReplayRefused e) {
        String detail = String.valueOf(e.getMessage());
        return switch (e.reason()) {
            case UNKNOWN -> Problem.of("projection", "no-such-replay", NOT_FOUND, detail);
            case NOT_NOW -> Problem.of("projection", "replay-not-now", CONFLICT, detail);
            case IMPOSSIBLE -> Problem.of("projection", "not-replayable", REJECTED, detail);
            case MALFORMED ->
                StandardProblem.INVALID_REQUEST.because(new FieldProblem(
                        Objects.requireNonNullElse(e.field(), "body"),
                        "not-valid",
                        Objects.requireNonNullElse(e.expectation(), detail)));
        };
    }

    private static Problem rejected(Rejected e) {
        String detail = String.valueOf(e.getMessage());
        Problem problem = Problem.of(e.context(), e.code(), REJECTED, detail);
        String field = e.field();
        return field == null ? problem : problem.withErrors(List.of(new FieldProblem(field, e.code(), detail)));
    }
}
