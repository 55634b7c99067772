package dev.varve.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;

/** Messages that wait in the outbox, and the waiting for those who bring them. */
final class Backlog {

    private static final Duration LONGEST = Duration.ofMinutes(5);

    private Backlog() {}

    private static final String WRITE = """
            INSERT INTO outbox.message (position, id, aggregatetype, aggregateid, type, payload, ts, event_position, headers)
            SELECT n, gen_random_uuid(), 'transit.departure',
                   CASE WHEN n % ? < ? THEN 'poison-' ELSE 'departure-' END || n % ?,
                   'dev.varve.transit.departure-delayed.v1',
                   json_build_object('departure', 'departure-' || n % ?, 'line', 'S12', 'stop', 'Zuerich HB',
                                     'planned', now(), 'expected', now() + interval '4 min', 'delaySeconds', 240, 'n', n),
                   now() AT TIME ZONE 'UTC' - interval '1 day', n, '{}'
            FROM generate_series(1, ?) AS n
            """;

    /**
     * Writes messages from position 1.
     *
     * @param poison so many of the keys are poisoned
     */
    static void write(DataSource database, int messages, int keys, int poison) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(WRITE)) {
            statement.setInt(1, keys);
            statement.setInt(2, poison);
            statement.setInt(3, keys);
            statement.setInt(4, keys);
            statement.setInt(5, messages);
            statement.executeUpdate();
        }
        execute(database, "ANALYZE outbox.message");
    }

    static void execute(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Looks often, and fails when it takes minutes. */
    static void await(String what, BooleanSupplier condition) throws TimeoutException {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new TimeoutException("not within %s: %s".formatted(LONGEST, what));
            }
            LockSupport.parkNanos(500_000);
        }
    }

    static double rate(long messages, long began) {
        return messages * 1e9 / (System.nanoTime() - began);
    }
}
