package dev.varve.outbox;

import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages to one subscription again, beside what it gets live.
 *
 * <p>A consumer then sees, per key, the live messages in order, and among them the old ones in order, each with {@code
 * replay} set. A replay goes from a start up to where the subscription stands when it is asked for.
 */
public final class Replays {

    /** Messages a second where nobody says another rate. */
    public static final int PER_SECOND = 1_000;

    private final Sql sql;
    private final MessageLog messages;

    public Replays(DataSource dataSource, MessageLog messages) {
        this.sql = new Sql(dataSource);
        this.messages = messages;
    }

    /**
     * Which messages go again: of those that the subscription wants, the ones after one place up to another.
     *
     * @param to the last, as a position, or the instant before which the last was recorded; never beyond where the
     *     subscription stands, and there when it is now
     * @param types only of these; empty for all
     * @param keys only with these; empty for all
     */
    public record Range(StartPosition from, StartPosition to, Set<String> types, Set<String> keys) {

        /** Refuses an end that is none. */
        public Range {
            if (to instanceof StartPosition.Beginning) {
                throw new IllegalArgumentException("to is 'beginning', and must be now, a position or an instant");
            }
            types = Set.copyOf(types);
            keys = Set.copyOf(keys);
        }

        public Range(StartPosition from, StartPosition to) {
            this(from, to, Set.of(), Set.of());
        }

        /** Up to where the subscription stands. */
        public static Range from(StartPosition from) {
            return new Range(from, new StartPosition.Now());
        }
    }

    private record Positions(long after, long upTo) {}

    private Positions positions(Range range) {
        long after = messages.resolve(range.from());
        long upTo = range.to() instanceof StartPosition.Now ? Long.MAX_VALUE : messages.resolve(range.to());
        if (upTo < after) {
            throw new IllegalArgumentException("to lies before from: position %d before %d".formatted(upTo, after));
        }
        return new Positions(after, upTo);
    }

    private static final String START = """
            INSERT INTO outbox.replay (subscription, from_position, to_position, position, per_second, types, keys)
            SELECT d.subscription, r.after, greatest(least(d.position, r.up_to), r.after), r.after, ?, ?, ?
            FROM outbox.delivery d CROSS JOIN (SELECT ?::bigint AS after, ?::bigint AS up_to) r
            WHERE d.subscription = ?
            ON CONFLICT (subscription) WHERE ended_at IS NULL DO NOTHING
            RETURNING id
            """;

    private static final String KNOWN = "SELECT 1 FROM outbox.subscription WHERE name = ?";

    private static void requireKnown(Connection connection, String subscription) throws SQLException {
        boolean known = !Sql.list(connection, KNOWN, statement -> statement.setString(1, subscription), rows -> true)
                .isEmpty();
        if (!known) {
            throw new SubscriptionUnknownException(subscription);
        }
    }

    /**
     * Starts one; there may be one at a time.
     *
     * @param perSecond messages a second, at most
     */
    public long start(String subscription, Range range, int perSecond, @Nullable String reason, String actor) {
        if (perSecond < 1) {
            throw new IllegalArgumentException("rate is %d, and must be at least 1".formatted(perSecond));
        }
        Positions positions = positions(range);
        return sql.inTransaction("start a replay of " + subscription, connection -> {
            requireKnown(connection, subscription);
            long id = Sql.list(
                            connection,
                            START,
                            statement -> {
                                statement.setInt(1, perSecond);
                                Sql.array(statement, 2, "text", range.types());
                                Sql.array(statement, 3, "text", range.keys());
                                statement.setLong(4, positions.after);
                                statement.setLong(5, positions.upTo);
                                statement.setString(6, subscription);
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
                    Map.of("after", positions.after, "perSecond", perSecond, "replay", id));
            return id;
        });
    }

    private static final String WOULD_SEND = """
            SELECT count(*)
            FROM outbox.subscription s
            CROSS JOIN (SELECT ?::text[] AS types, ?::text[] AS keys) r
            JOIN outbox.delivery d ON d.subscription = s.name
            JOIN outbox.message m ON m.position > ? AND m.position <= least(d.position, ?)
            WHERE s.name = ? AND (s.types = '{}' OR m.type = ANY (s.types))
              AND (s.contexts = '{}' OR split_part(m.aggregatetype, '.', 1) = ANY (s.contexts))
              AND (r.types = '{}' OR m.type = ANY (r.types)) AND (r.keys = '{}' OR m.aggregateid = ANY (r.keys))
            """;

    /** How many messages a replay would send, of those the subscription wants; reads all of the range. */
    public long count(String subscription, Range range) {
        Positions positions = positions(range);
        return sql.inTransaction("count what a replay would send to " + subscription, connection -> {
            requireKnown(connection, subscription);
            return Sql.list(
                            connection,
                            WOULD_SEND,
                            statement -> {
                                Sql.array(statement, 1, "text", range.types());
                                Sql.array(statement, 2, "text", range.keys());
                                statement.setLong(3, positions.after);
                                statement.setLong(4, positions.upTo);
                                statement.setString(5, subscription);
                            },
                            rows -> rows.getLong(1))
                    .getFirst();
        });
    }

    private static final String READ = """
            SELECT id, subscription, state, from_position, to_position, position, delivered, withheld, per_second, made_at, ended_at, types, keys
            FROM outbox.replay
            """;

    private static final String ONE = READ + "WHERE id = ?";

    /** One by its number. */
    public Optional<MessageReplay> find(long id) {
        return sql.one("read replay " + id, ONE, statement -> statement.setLong(1, id), Replays::replay);
    }

    private static final String NEWEST = READ + "ORDER BY id DESC LIMIT ?";

    /** The newest of all subscriptions, newest first. */
    public List<MessageReplay> newest(int limit) {
        return sql.list("list replays", NEWEST, statement -> statement.setInt(1, limit), Replays::replay);
    }

    private static MessageReplay replay(ResultSet rows) throws SQLException {
        OffsetDateTime ended = rows.getObject(11, OffsetDateTime.class);
        return new MessageReplay(
                rows.getLong(1),
                rows.getString(2),
                rows.getString(3),
                rows.getLong(4),
                rows.getLong(5),
                rows.getLong(6),
                rows.getLong(7),
                rows.getLong(8),
                rows.getInt(9),
                rows.getObject(10, OffsetDateTime.class).toInstant(),
                ended == null ? null : ended.toInstant(),
                texts(rows.getArray(12)),
                texts(rows.getArray(13)));
    }

    static Set<String> texts(Array array) throws SQLException {
        return Set.copyOf(Arrays.asList((String[]) array.getArray()));
    }

    private static final String MOVE = """
            UPDATE outbox.replay SET state = ?, ended_at = CASE WHEN ? = 'cancelled' THEN now() END
            WHERE id = ? AND state = ANY (?)
            """;

    /** Holds one where it is; false when it is not running. What was on its way may be sent again. */
    public boolean pause(long id, @Nullable String reason, String actor) {
        return move(id, "pause", "paused", List.of("running"), reason, actor);
    }

    /** Goes on with one that is paused; false when it is not. */
    public boolean resume(long id, @Nullable String reason, String actor) {
        return move(id, "resume", "running", List.of("paused"), reason, actor);
    }

    /** Ends one; false when it has ended. */
    public boolean cancel(long id, @Nullable String reason, String actor) {
        return move(id, "cancel", "cancelled", List.of("running", "paused"), reason, actor);
    }

    private boolean move(
            long id, String action, String state, List<String> from, @Nullable String reason, String actor) {
        return sql.inTransaction(action + " replay " + id, connection -> {
            MessageReplay known =
                    Sql.list(connection, ONE, statement -> statement.setLong(1, id), Replays::replay).stream()
                            .findFirst()
                            .orElse(null);
            if (known == null) {
                return false;
            }
            boolean moved = Sql.update(connection, MOVE, statement -> {
                        statement.setString(1, state);
                        statement.setString(2, state);
                        statement.setLong(3, id);
                        Sql.array(statement, 4, "text", from);
                    })
                    > 0;
            if (moved) {
                Subscriptions.record(
                        connection,
                        actor,
                        "outbox." + action + "-replay",
                        known.subscription(),
                        reason,
                        Map.of("replay", id, "position", known.position()));
            }
            return moved;
        });
    }

    private static final String CANCEL = """
            UPDATE outbox.replay SET state = 'cancelled', ended_at = now() WHERE subscription = ? AND ended_at IS NULL
            """;

    /** Stops the one that is running or paused; false when none is. */
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
