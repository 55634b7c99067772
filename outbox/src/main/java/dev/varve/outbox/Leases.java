package dev.varve.outbox;

import dev.varve.outbox.Sql.Binding;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Which node works on which subscription, by the database's clock: a lease that is not renewed in time is free for
 * others. Each change of owner raises the epoch, and whoever still writes with an old one is refused.
 */
final class Leases {

    private final Sql sql;
    private final String node;
    private final Duration length;

    Leases(DataSource dataSource, String node, Duration length) {
        this.sql = new Sql(dataSource);
        this.node = node;
        this.length = length;
    }

    /** A lease of this node. */
    record Lease(String subscription, long epoch) {}

    /**
     * A lease as it was taken, with where the last owner stopped.
     *
     * @param failing whether the sink's last answer was that it cannot be reached
     */
    record Taken(Lease lease, long position, PositionRanges doneBeyond, boolean failing) {}

    /**
     * A lease as it was renewed, with what its holder may want to know.
     *
     * @param revision of the subscription
     * @param attention whether an operator did something about its parked messages or replays
     * @param failingFor for how long the sink has answered nothing else than that it cannot be reached
     */
    record Renewed(
            String subscription, long epoch, long revision, boolean paused, boolean attention, Duration failingFor) {}

    private static final String ALIVE = """
            INSERT INTO outbox.relay_node (name, alive_until) VALUES (?, clock_timestamp() + ? * interval '1 ms')
            ON CONFLICT (name) DO UPDATE SET alive_until = excluded.alive_until
            """;

    private static final String NODES = """
            SELECT name FROM outbox.relay_node WHERE alive_until > clock_timestamp() ORDER BY name
            """;

    /** Says that this node is there, and who else is. */
    List<String> nodes() {
        return sql.on("say that this node relays", connection -> {
            Sql.update(connection, ALIVE, statement -> {
                statement.setString(1, node);
                statement.setLong(2, length.toMillis());
            });
            return Sql.list(connection, NODES, Binding.none(), rows -> rows.getString(1));
        });
    }

    private static final String LEAVE = """
            WITH gone AS (DELETE FROM outbox.relay_node WHERE name = ?)
            DELETE FROM outbox.relay_node WHERE alive_until < clock_timestamp() - interval '1 hour' AND name <> ?
            """;

    /** Says that this node relays no more. */
    void leave() {
        sql.update("say that this node relays no more", LEAVE, statement -> {
            statement.setString(1, node);
            statement.setString(2, node);
        });
    }

    private static final String RENEW = """
            UPDATE outbox.delivery d SET leased_until = clock_timestamp() + ? * interval '1 ms'
            FROM unnest(?::text[], ?::bigint[]) AS held (subscription, epoch), outbox.subscription s
            WHERE d.subscription = held.subscription AND d.epoch = held.epoch AND d.owner = ? AND s.name = d.subscription
            RETURNING d.subscription, d.epoch, s.revision, s.paused,
                EXISTS (SELECT FROM outbox.parked_key k WHERE k.subscription = s.name AND k.attention)
                OR EXISTS (SELECT FROM outbox.replay r WHERE r.subscription = s.name AND r.state = 'running'),
                coalesce(extract(epoch FROM clock_timestamp() - d.failing_since) * 1000, 0)::bigint
            """;

    /** Those of the leases that are still this node's, prolonged. */
    List<Renewed> renew(Collection<Lease> held) {
        return held.isEmpty()
                ? List.of()
                : sql.list(
                        "renew leases",
                        RENEW,
                        statement -> {
                            statement.setLong(1, length.toMillis());
                            Sql.array(
                                    statement,
                                    2,
                                    "text",
                                    held.stream().map(Lease::subscription).toList());
                            Sql.array(
                                    statement,
                                    3,
                                    "bigint",
                                    held.stream().map(Lease::epoch).toList());
                            statement.setString(4, node);
                        },
                        rows -> new Renewed(
                                rows.getString(1),
                                rows.getLong(2),
                                rows.getLong(3),
                                rows.getBoolean(4),
                                rows.getBoolean(5),
                                Duration.ofMillis(rows.getLong(6))));
    }

    private static final String COUNT = "SELECT count(*) FROM outbox.subscription WHERE NOT paused";

    /** How many subscriptions there are for all nodes to share. */
    int subscriptions() {
        return sql.one("count subscriptions", COUNT, Binding.none(), rows -> rows.getInt(1))
                .orElseThrow();
    }

    private static final String TAKE = """
            UPDATE outbox.delivery d
            SET owner = ?, epoch = d.epoch + 1, leased_until = clock_timestamp() + ? * interval '1 ms'
            FROM (SELECT f.subscription FROM outbox.delivery f JOIN outbox.subscription s ON s.name = f.subscription
                  WHERE NOT s.paused AND (f.owner IS NULL OR f.leased_until < clock_timestamp())
                  ORDER BY f.subscription LIMIT 1 FOR UPDATE OF f SKIP LOCKED) free
            WHERE d.subscription = free.subscription
            RETURNING d.subscription, d.epoch, d.position, d.done_beyond::text, d.failing_since IS NOT NULL
            """;

    /** A subscription that nobody works on, if there is one. */
    Optional<Taken> take() {
        return sql.one(
                "take over a subscription",
                TAKE,
                statement -> {
                    statement.setString(1, node);
                    statement.setLong(2, length.toMillis());
                },
                rows -> new Taken(
                        new Lease(rows.getString(1), rows.getLong(2)),
                        rows.getLong(3),
                        PositionRanges.parse(rows.getString(4)),
                        rows.getBoolean(5)));
    }

    private static final String RELEASE = """
            UPDATE outbox.delivery SET owner = NULL, leased_until = NULL WHERE subscription = ? AND epoch = ? AND owner = ?
            """;

    /** Gives a lease back; what there was to save has been saved. */
    void release(Lease lease) {
        sql.update("release " + lease.subscription(), RELEASE, statement -> {
            statement.setString(1, lease.subscription());
            statement.setLong(2, lease.epoch());
            statement.setString(3, node);
        });
    }

    Duration length() {
        return length;
    }
}
