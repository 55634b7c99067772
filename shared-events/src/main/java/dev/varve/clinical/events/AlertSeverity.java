package dev.varve.clinical.events;

/** How bad it would be to file the note as it is. */
public enum AlertSeverity {
    LOW,
    MEDIUM,
    HIGH,
    CRITICAL
}
