package dev.varve.transit.command.mvg;

/** What a refresh brought. */
sealed interface Loaded<T> {

    record Whole<T>(T value) implements Loaded<T> {}

    /** Some of several requests failed; worth showing, but not for long. */
    record Partial<T>(T value) implements Loaded<T> {}

    record Missing<T>(String detail) implements Loaded<T> {}
}
