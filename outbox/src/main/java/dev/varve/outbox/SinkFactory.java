package dev.varve.outbox;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes sinks of one kind; a bean of this type is all that a new kind of sink needs. */
public interface SinkFactory {

    /** Name of the kind, as subscriptions give it: {@code kafka}, {@code webhook}, {@code log}. */
    String kind();

    /** Names of the settings that are secret: stored, handed to {@link #open}, and never shown again. */
    default Set<String> secrets() {
        return Set.of();
    }

    /**
     * What is wrong with the settings, each with its name, value (unless it is secret) and bound; empty when they are
     * fine. Asked before a subscription is stored, so it must not connect to anything.
     */
    List<String> violations(SinkSettings settings);

    /** Whether a setting of this name means something; one that does not is refused, because it may be misspelt. */
    default boolean knows(String setting) {
        return true;
    }

    /**
     * How long a sink may answer nothing else than {@link Delivery.Unavailable}, on whichever nodes, before its
     * subscription is paused until an operator resumes it; empty: for ever. Asked of settings without a violation.
     */
    default Optional<Duration> pauseAfter(SinkSettings settings) {
        return Optional.empty();
    }

    /** Opens a sink; called whenever a node takes over the subscription, and again after {@link Delivery.Unavailable}. */
    Sink open(SinkSettings settings);
}
