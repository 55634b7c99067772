package dev.varve.app.problem;

import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.transaction.TransactionSystemException;

/** A failure and what it was caused by. */
final class Causes {

    // Chains may be circular.
    private static final int LIMIT = 16;

    private Causes() {}

    /** What a transaction was rolled back for comes before the failure of that roll-back, by which Spring hides it. */
    static Stream<Throwable> of(Throwable failure) {
        return chain(failure)
                .flatMap(one -> one instanceof TransactionSystemException broken
                        ? Stream.concat(
                                Stream.ofNullable(broken.getApplicationException())
                                        .flatMap(Causes::chain),
                                Stream.of(one))
                        : Stream.of(one));
    }

    private static Stream<Throwable> chain(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(LIMIT);
    }

    static <T extends Throwable> Optional<T> first(Throwable failure, Class<T> type) {
        return of(failure).filter(type::isInstance).map(type::cast).findFirst();
    }
}
