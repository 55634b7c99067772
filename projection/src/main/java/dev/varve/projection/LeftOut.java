package dev.varve.projection;

import org.jspecify.annotations.Nullable;

/**
 * An event that was not applied.
 *
 * @param fault why; null for one whose sequence was held up by an earlier one
 */
public record LeftOut<E>(RecordedEvent<E> event, @Nullable Fault fault) {}
