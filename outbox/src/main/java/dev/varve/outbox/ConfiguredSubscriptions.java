package dev.varve.outbox;

import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The subscriptions that the configuration asks for. */
public final class ConfiguredSubscriptions {

    private static final Logger log = LoggerFactory.getLogger(ConfiguredSubscriptions.class);

    private final Subscriptions subscriptions;
    private final Map<Subscription, StartPosition> wanted = new LinkedHashMap<>();

    public ConfiguredSubscriptions(Subscriptions subscriptions) {
        this.subscriptions = subscriptions;
    }

    /**
     * Adds one to what {@link #apply} sees to.
     *
     * @param start where it begins if it has to be made
     */
    public void want(Subscription subscription, StartPosition start) {
        wanted.put(subscription, start);
    }

    /**
     * Makes what is missing and changes what differs; what was left out of the configuration stays as it is, and is the
     * operators' from now on. Whether one is paused, and where it stands, is kept.
     */
    public void apply() {
        wanted.forEach(subscriptions::configure);
        subscriptions
                .handOverAllBut(wanted.keySet().stream().map(Subscription::name).toList())
                .forEach(name -> log.info("a subscription is no longer configured, and stays subscription={}", name));
    }
}
