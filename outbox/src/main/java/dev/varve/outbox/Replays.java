package dev.varve.outbox;

import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages to one subscription again, beside what it gets live.
 *
 * <p>A consumer then sees, per key, the live messages in order, and among them the old ones in order, each with {@code
 * replay} set. A replay goes from a start up to where the subscription stands when it is asked for.
 */
public final class Replays {

    private final Sql sql;
    private final MessageLog messages;

    public Replays(DataSource dataSource, MessageLog messages) {
        this.sql = new Sql(dataSource);
        this.messages = messages;
    }

    private static final String START = """
            INSERT INTO outbox.replay (subscription, from_position, to_position, position, per_second)
            SELECT d.subscription, ?, greatest(d.position, ?), ?, ? FROM outbox.delivery d WHERE d.subscription = ?
            ON CONFLICT (subscription) WHERE state = 'running' DO NOTHING
            RETURNING id
            """;

    private static final String KNOWN = "SELECT 1 FROM outbox.subscription WHERE name = ?";

    /**
     * Starts one; there may be one at a time.
     *
     * @param perSecond messages a second, at most
     */
    public long start(String subscription, StartPosition start, int perSecond, @Nullable String reason, String actor) {
        if (perSecond < 1) {
            throw new IllegalArgumentException("rate is %d, and must be at least 1".formatted(perSecond));
        }
        long from = messages.resolve(start);
        return sql.inTransaction("start a replay of " + subscription, connection -> {
            boolean known = !Sql.list(
                            connection, KNOWN, statement -> statement.setString(1, subscription), rows -> true)
                    .isEmpty();
            if (!known) {
                throw new SubscriptionUnknownException(subscription);
            }
            long id = Sql.list(
                            connection,
                            START,
                            statement -> {
                                statement.setLong(1, from);
                                statement.setLong(2, from);
                                statement.setLong(3, from);
                                statement.setInt(4, perSecond);
                                statement.setString(5, subscription);
                            },
                            rows -> rows.getLong(1))
                    .stream()
                    .findFirst()
                    .orElseThrow(() -> new ReplayRunningException(subscription));
            Subscriptions.record(
                    connection,
                    actor,
                    "outbox.replay",
                    subscription,
                    reason,
                    Map.of("after", from, "perSecond", perSecond, "replay", id));
            return id;
        });
    }

    private static final String CANCEL = """
            UPDATE outbox.replay SET state = 'cancelled', ended_at = now() WHERE subscription = ? AND state = 'running'
            """;

    /** Stops the one that is running; false when none is. */
    public boolean cancel(String subscription, @Nullable String reason, String actor) {
        return sql.inTransaction("cancel the replay of " + subscription, connection -> {
            boolean cancelled = Sql.update(connection, CANCEL, statement -> statement.setString(1, subscription)) > 0;
            if (cancelled) {
                Subscriptions.record(connection, actor, "outbox.cancel-replay", subscription, reason, Map.of());
            }
            return cancelled;
        });
    }
}
