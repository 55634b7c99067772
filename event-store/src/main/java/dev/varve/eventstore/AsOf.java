package dev.varve.eventstore;

import java.time.Instant;

/** A moment in a stream's life. What is read as of it is always a state that the stream has had. */
public sealed interface AsOf {

    /** Up to this version, counted from 0. */
    record Version(long version) implements AsOf {}

    /**
     * As it had happened by this time: up to the last event before the first that was recorded later. An event that was
     * entered with an earlier time after that one is not seen.
     */
    record Time(Instant instant) implements AsOf {}

    /** As the log stood at this position. */
    record Position(long position) implements AsOf {}
}
