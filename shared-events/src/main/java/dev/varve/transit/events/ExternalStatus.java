package dev.varve.transit.events;

/** How a request to a foreign service ended. */
public enum ExternalStatus {
    SUCCESS,
    NOT_FOUND,
    RATE_LIMITED,
    DOWNSTREAM_ERROR,
    TIMEOUT
}
