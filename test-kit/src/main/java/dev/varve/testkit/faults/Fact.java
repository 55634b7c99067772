package dev.varve.testkit.faults;

import java.time.Instant;

/**
 * An event as the checker writes it.
 *
 * @param id unique; without spaces, as is the stream
 * @param version place in its stream, counted from 0
 * @param at when it is said to have happened, which may be long ago
 */
public record Fact(String id, String stream, long version, Instant at) {}
