package dev.varve.projection;

import org.jspecify.annotations.Nullable;

/**
 * Who wants something done to a rebuild, a replay or parked events; kept with what was done.
 *
 * @param reason in the person's words; null when none was given
 */
public record Operator(String actor, @Nullable String reason) {}
