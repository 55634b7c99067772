package dev.varve.projection;

/** What keeps the events that touch one row in one segment, and so in order. */
public enum Sequencing {
    /** A row is changed by the events of one stream only. */
    STREAM,
    /** A row may be changed by the events of any stream: one segment takes them all, in log order. */
    LOG;

    /** What is hashed to find the segment: a value and never an object's identity, so that every node agrees. */
    Object keyOf(String streamId) {
        return switch (this) {
            case STREAM -> streamId;
            case LOG -> "log";
        };
    }
}
