package dev.varve.eventstore;

import java.time.Duration;

/**
 * How long appends of this node have waited by now.
 *
 * @param queued appends that the writer has not taken yet
 * @param longestQueued how long the first of them has waited
 * @param stage what the writer does
 * @param inStage for how long
 * @param longestJoined how long the oldest append that joins a transaction has run
 */
public record AppendWaits(int queued, Duration longestQueued, Stage stage, Duration inStage, Duration longestJoined) {

    /** What the writer of a node does. */
    public enum Stage {
        /** It has nothing to write, or prepares what it will write. */
        IDLE,
        /** It waits for a connection. */
        CONNECTING,
        /** It waits for PostgreSQL: the log's lock, then the disk. */
        WRITING
    }
}
