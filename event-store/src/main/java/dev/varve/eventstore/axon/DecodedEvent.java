package dev.varve.eventstore.axon;

import dev.varve.eventstore.RecordedEvent;
import java.util.Map;
import java.util.function.Supplier;

/**
 * An event as the application knows it, upcast where it was stored in an older shape.
 *
 * @param row how it is stored
 * @param metadata decoded only if somebody asks
 */
public record DecodedEvent(RecordedEvent row, Object payload, Supplier<Map<String, ?>> metadata) {}
