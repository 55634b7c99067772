package dev.varve.app.health;

import dev.varve.app.database.DatabaseWatch;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Whether PostgreSQL answers, without waiting for a connection of the pool as Spring's own indicator does. */
// Its part of the health answer is named after it; Spring's gives way to the name.
@Component("dbHealthIndicator")
final class DatabaseHealthIndicator implements HealthIndicator {

    private final DatabaseWatch watch;

    DatabaseHealthIndicator(DatabaseWatch watch) {
        this.watch = watch;
    }

    @Override
    public Health health() {
        return watch.awaySince()
                .map(since -> Health.down().withDetail("noAnswerSince", since))
                .orElseGet(Health::up)
                .build();
    }
}
