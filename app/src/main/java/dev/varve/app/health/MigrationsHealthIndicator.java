package dev.varve.app.health;

import dev.varve.app.database.DatabaseWatch;
import dev.varve.migrations.MigrationFailed;
import dev.varve.migrations.Migrations;
import dev.varve.migrations.SchemaStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.stereotype.Component;

/**
 * Whether every schema is exactly what this release expects; a node beside a database of another release must get no
 * requests.
 *
 * <p>Everybody may ask for health and each answer costs several connections, so an answer is kept for a while and only
 * one caller at a time makes a new one.
 */
// Its part of the health answer is named after it, and application.yaml says so.
@Component("migrationsHealthIndicator")
final class MigrationsHealthIndicator implements HealthIndicator {

    private static final int CONNECT_SECONDS = 2;
    private static final int ANSWER_SECONDS = 3;
    private static final Duration KEEP_UP = Duration.ofSeconds(30);
    private static final Duration KEEP_DOWN = Duration.ofSeconds(2);

    private final Migrations migrations;
    private final DatabaseWatch watch;
    private final Clock clock;
    private final ReentrantLock asking = new ReentrantLock();
    private @Nullable Health answer;
    private Instant keptUntil = Instant.MIN;

    @Autowired
    MigrationsHealthIndicator(JdbcConnectionDetails connection, DatabaseWatch watch, Clock clock) {
        this(new Migrations(withoutPool(connection)), watch, clock);
    }

    MigrationsHealthIndicator(Migrations migrations, DatabaseWatch watch, Clock clock) {
        this.migrations = migrations;
        this.watch = watch;
        this.clock = clock;
    }

    @Override
    public Health health() {
        if (watch.awaySince().isPresent()) {
            return Health.down()
                    .withDetail("reason", "the database does not answer")
                    .build();
        }
        asking.lock();
        try {
            Instant now = clock.instant();
            Health kept = answer;
            if (kept != null && now.isBefore(keptUntil)) {
                return kept;
            }
            Result asked = ask();
            answer = asked.health();
            keptUntil = now.plus(asked.keepFor());
            return asked.health();
        } finally {
            asking.unlock();
        }
    }

    private record Result(Health health, Duration keepFor) {}

    private Result ask() {
        try {
            List<String> others = migrations.status().stream()
                    .filter(status -> !status.upToDate())
                    .map(SchemaStatus::schema)
                    .toList();
            return others.isEmpty()
                    ? new Result(Health.up().build(), KEEP_UP)
                    : new Result(
                            Health.down()
                                    .withDetail("schemas", others)
                                    .withDetail("remedy", "./varve migrate status shows what differs")
                                    .build(),
                            KEEP_DOWN);
        } catch (MigrationFailed e) {
            return new Result(Health.down(e).build(), KEEP_DOWN);
        }
    }

    // Sessions keep the time-outs of a migration, so they are not taken from the pool.
    private static PGSimpleDataSource withoutPool(JdbcConnectionDetails connection) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(connection.getJdbcUrl());
        dataSource.setConnectTimeout(CONNECT_SECONDS);
        dataSource.setSocketTimeout(ANSWER_SECONDS);
        if (connection.getUsername() != null) {
            dataSource.setUser(connection.getUsername());
        }
        if (connection.getPassword() != null) {
            dataSource.setPassword(connection.getPassword());
        }
        return dataSource;
    }
}
