package dev.varve.eventstore.axon;

/**
 * The stable name and revision under which events of one class are stored.
 *
 * @param name for example {@code transit.departure-delayed}
 * @param revision of the JSON shape, counted from 1
 */
public record RegisteredEvent(String name, int revision, Class<?> type) {

    public RegisteredEvent {
        if (name.isBlank()) {
            throw new IllegalArgumentException("the stored name of " + type.getName() + " is blank");
        }
        if (revision < 1) {
            throw new IllegalArgumentException(
                    "the revision of " + type.getName() + " is " + revision + ", and must be at least 1");
        }
    }
}
