package dev.varve.projection;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;

/** How far the projections are, on whichever node they run. */
public interface ProjectionProgress {

    /** The position up to which every event is in the rows; empty while nothing is known of it. */
    OptionalLong position(String projection);

    /**
     * Waits until the rows of all these projections hold every event up to a position.
     *
     * @return the first of them that was not there in time; empty when all are
     */
    Optional<String> await(Collection<String> projections, long position, Duration atMost) throws InterruptedException;
}
