package dev.varve.app.health;

import dev.varve.eventstore.watch.Watchdog;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * For what this node's appends wait; up all the same, because taking the node out of service would help nobody.
 *
 * <p>Sessions are named only to those who may see the details of health.
 */
@Component("eventLogHealthIndicator")
final class EventLogHealthIndicator implements HealthIndicator {

    private final Watchdog watchdog;

    EventLogHealthIndicator(Watchdog watchdog) {
        this.watchdog = watchdog;
    }

    @Override
    public Health health() {
        return Health.up().withDetail("waits", watchdog.current()).build();
    }
}
