package dev.varve.clinical.events;

/** What made processing fail. */
public enum FailureKind {
    /** Transcription, extraction or verification said so. */
    PROCESSING,
    /** It took longer than it may. */
    TIMEOUT
}
