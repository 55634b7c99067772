package dev.varve.eventstore;

/**
 * Where an append ended up.
 *
 * @param lastPosition of its last event
 * @param earlier true if this append, or another of the same command id, had been recorded before and nothing was added
 */
public record Appended(long lastPosition, boolean earlier) {}
