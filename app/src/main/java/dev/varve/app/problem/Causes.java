package dev.varve.app.problem;

import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** A failure and what it was caused by. */
final class Causes {

    // Chains may be circular.
    private static final int LIMIT = 16;

    private Causes() {}

    static Stream<Throwable> of(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(LIMIT);
    }

    static <T extends Throwable> Optional<T> first(Throwable failure, Class<T> type) {
        return of(failure).filter(type::isInstance).map(type::cast).findFirst();
    }
}
