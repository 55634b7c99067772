package dev.varve.clinical.events;

/** Why something was recorded, as far as no person says it in words. */
public enum Occasion {
    /** A caller of the API asked for it. */
    REQUEST,
    /** A client sent what it had gathered while it was offline. */
    OFFLINE_SYNC,
    /** A person decided between two versions. */
    CONFLICT_RESOLUTION,
    /** It took longer than it may. */
    TIMEOUT,
    /** It was taken over from another database. */
    IMPORT,
    /** It is sample data. */
    SEED
}
