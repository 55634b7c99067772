package dev.varve.testkit.faults;

import java.time.Duration;
import java.util.List;

/** One node's way to a log that is checked. Any exception means that the log did not answer. */
public interface CheckedNode {

    /** What a log says to an append. */
    enum Answer {
        /** It is durable. */
        WRITTEN,
        /** It was not written, and will not be. */
        REFUSED,
        /** Nobody knows; to append the same again must be harmless. */
        UNKNOWN
    }

    /** Appends on its own. */
    Answer append(List<Fact> facts);

    /** Appends within a transaction that goes on for a while afterwards, and may be rolled back then. */
    Answer appendInTransaction(List<Fact> facts, Duration thinkTime, boolean rollBack);

    /** The last version of a stream; -1 if there is none. */
    long version(String stream);

    /** Events after a position, in order. */
    List<Sighting> read(long after, int limit);
}
