package dev.varve.app.problem;

import java.util.Optional;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.modelling.command.ConcurrencyException;

/** What command and query sides throw on purpose. */
final class DomainProblems {

    private DomainProblems() {}

    static Optional<Problem> of(Throwable failure) {
        return Optional.ofNullable(
                switch (failure) {
                    case AggregateNotFoundException e ->
                        StandardProblem.NO_SUCH_STREAM
                                .because("stream " + Texts.printable(String.valueOf(e.getAggregateIdentifier()))
                                        + " has no event")
                                .withMember("stream", Texts.printable(String.valueOf(e.getAggregateIdentifier())));
                    case ConcurrencyException e ->
                        StandardProblem.CONFLICT.because("another command changed the stream meanwhile");
                    default -> null;
                });
    }
}
