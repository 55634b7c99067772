package dev.varve.outbox;

/** The subscription is written in the configuration, which would undo a change at the next start. */
public final class SubscriptionConfiguredException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SubscriptionConfiguredException(String name) {
        super(
                "subscription '%1$s' is configured by varve.outbox.subscriptions.%1$s: change it there and restart; once it is taken out there, it can be changed here"
                        .formatted(name));
    }
}
