package dev.varve.outbox;

import dev.varve.outbox.Leases.Lease;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the owner of a subscription asks and writes about its parked keys. */
final class ParkedKeys {

    private final Sql sql;

    ParkedKeys(Sql sql) {
        this.sql = sql;
    }

    /** A key that an operator did something about. */
    record Wanted(String key, long retryUpTo) {}

    private static final String ALL = "SELECT key FROM outbox.parked_key WHERE subscription = ?";

    Set<String> all(String subscription) {
        return new HashSet<>(sql.list(
                "read the parked keys of " + subscription,
                ALL,
                statement -> statement.setString(1, subscription),
                rows -> rows.getString(1)));
    }

    private static final String WANTED = """
            SELECT key, coalesce(retry_up_to, 0) FROM outbox.parked_key
            WHERE subscription = ? AND attention LIMIT 100
            """;

    /** Some of them, in no order: one would lead PostgreSQL through all parked keys to those few. */
    List<Wanted> wanted(String subscription) {
        return sql.list(
                "read what is to be retried for " + subscription,
                WANTED,
                statement -> statement.setString(1, subscription),
                rows -> new Wanted(rows.getString(1), rows.getLong(2)));
    }

    private static final String POSITIONS = """
            SELECT position FROM outbox.parked_message WHERE subscription = ? AND key = ? AND position <= ?
            ORDER BY position LIMIT 500
            """;

    /** The next parked positions of a key, in order. */
    List<Long> positions(String subscription, String key, long upTo) {
        return sql.list(
                "read the parked messages of " + subscription,
                POSITIONS,
                statement -> {
                    statement.setString(1, subscription);
                    statement.setString(2, key);
                    statement.setLong(3, upTo);
                },
                rows -> rows.getLong(1));
    }

    private static final String FREE = """
            DELETE FROM outbox.parked_key k
            WHERE k.subscription = ? AND k.key = ?
              AND NOT EXISTS (SELECT FROM outbox.parked_message m WHERE m.subscription = k.subscription AND m.key = k.key)
              AND EXISTS (SELECT FROM outbox.delivery d WHERE d.subscription = k.subscription AND d.epoch = ?)
            """;

    private static final String SETTLE = """
            UPDATE outbox.parked_key k SET attention = false, retry_up_to = NULL
            WHERE k.subscription = ? AND k.key = ?
              AND NOT EXISTS (SELECT FROM outbox.parked_message m
                              WHERE m.subscription = k.subscription AND m.key = k.key AND m.position <= k.retry_up_to)
            """;

    /**
     * Ends what was wanted of a key; true when it is free, because nothing of it is parked any more. What an operator has
     * asked for since it was read stays wanted.
     */
    boolean settle(Lease lease, String key) {
        return sql.on("settle a parked key of " + lease.subscription(), connection -> {
            int freed = Sql.update(connection, FREE, statement -> {
                statement.setString(1, lease.subscription());
                statement.setString(2, key);
                statement.setLong(3, lease.epoch());
            });
            if (freed == 0) {
                Sql.update(connection, SETTLE, statement -> {
                    statement.setString(1, lease.subscription());
                    statement.setString(2, key);
                });
            }
            return freed == 1;
        });
    }
}
