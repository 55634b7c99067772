package dev.varve.eventstore.adoption;

/** Is told how a takeover comes along. */
@FunctionalInterface
public interface AdoptionProgress {

    /** What it does at the time. */
    enum Phase {
        COPY,
        VERIFY
    }

    /** So many events of so many are done; in {@link Phase#COPY} they are committed. */
    void reached(Phase phase, long done, long all);
}
