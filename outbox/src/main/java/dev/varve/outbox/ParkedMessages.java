package dev.varve.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The messages that sinks refused, for operators: seen, tried again, skipped. What is to be tried again is taken up by
 * the node that delivers, within a second; every action leaves a row in the record of operators' actions.
 */
public final class ParkedMessages {

    private final Sql sql;

    public ParkedMessages(DataSource dataSource) {
        this.sql = new Sql(dataSource);
    }

    /**
     * A parked key.
     *
     * @param reason why its first message was refused
     * @param attempts of that message, all told
     * @param retrying whether it is being tried again
     */
    public record ParkedKey(
            String key,
            String reason,
            int attempts,
            Instant parkedAt,
            boolean retrying,
            long messages,
            @Nullable Long firstPosition) {}

    /** A parked message; its payload stays in the outbox. */
    public record Parked(long position, String key, String type, String reason, Instant recordedAt, Instant parkedAt) {}

    /** What parked messages have in common, and how many they are. */
    public record Group(String value, long keys, long messages) {}

    /** What to group by. */
    public enum By {
        REASON("k.reason"),
        TYPE("m.type"),
        KEY("m.key");

        private final String column;

        By(String column) {
            this.column = column;
        }
    }

    /**
     * Which parked messages are meant; null: any.
     *
     * @param type of the message that stands first for its key
     * @param retrying whether the key is being tried again, or waits for somebody
     */
    public record Query(
            @Nullable String key,
            @Nullable String reason,
            @Nullable String type,
            @Nullable Boolean retrying) {

        public static final Query ALL = new Query(null, null, null, null);

        private static final String MATCHES = """
                (?::text IS NULL OR k.key = ?) AND (?::text IS NULL OR k.reason = ?)
                AND (?::text IS NULL OR (SELECT f.type FROM outbox.parked_message f
                     WHERE f.subscription = k.subscription AND f.key = k.key ORDER BY f.position LIMIT 1) = ?)
                AND (?::boolean IS NULL OR (k.retry_up_to IS NOT NULL) = ?)
                """;

        /** Answers the parameter after its own. */
        private int bind(PreparedStatement statement, int first) throws SQLException {
            int index = first;
            for (String text : Arrays.asList(key, key, reason, reason, type, type)) {
                statement.setString(index++, text);
            }
            statement.setObject(index++, retrying, Types.BOOLEAN);
            statement.setObject(index++, retrying, Types.BOOLEAN);
            return index;
        }
    }

    private static final String KEYS = """
            SELECT k.key, k.reason, k.attempts, k.parked_at, k.retry_up_to IS NOT NULL,
                   (SELECT count(*) FROM outbox.parked_message m WHERE m.subscription = k.subscription AND m.key = k.key),
                   (SELECT min(m.position) FROM outbox.parked_message m
                    WHERE m.subscription = k.subscription AND m.key = k.key)
            FROM outbox.parked_key k
            WHERE k.subscription = ? AND %s
            ORDER BY k.parked_at, k.key LIMIT ?
            """.formatted(Query.MATCHES);

    /** Parked keys, those that wait longest first. */
    public List<ParkedKey> keys(String subscription, Query query, int limit) {
        return sql.list(
                "list the parked keys of " + subscription,
                KEYS,
                statement -> {
                    statement.setString(1, subscription);
                    statement.setInt(query.bind(statement, 2), limit);
                },
                rows -> new ParkedKey(
                        rows.getString(1),
                        rows.getString(2),
                        rows.getInt(3),
                        rows.getObject(4, OffsetDateTime.class).toInstant(),
                        rows.getBoolean(5),
                        rows.getLong(6),
                        rows.getObject(7, Long.class)));
    }

    private static final String MESSAGES = """
            SELECT m.position, m.key, m.type, k.reason, m.recorded_at, m.parked_at
            FROM outbox.parked_message m JOIN outbox.parked_key k ON k.subscription = m.subscription AND k.key = m.key
            WHERE m.subscription = ? AND m.position > ? AND %s
            ORDER BY m.position LIMIT ?
            """.formatted(Query.MATCHES);

    /** Parked messages after a position, in order. */
    public List<Parked> messages(String subscription, Query query, long after, int limit) {
        return sql.list(
                "list the parked messages of " + subscription,
                MESSAGES,
                statement -> {
                    statement.setString(1, subscription);
                    statement.setLong(2, after);
                    statement.setInt(query.bind(statement, 3), limit);
                },
                rows -> new Parked(
                        rows.getLong(1),
                        rows.getString(2),
                        rows.getString(3),
                        rows.getString(4),
                        rows.getObject(5, OffsetDateTime.class).toInstant(),
                        rows.getObject(6, OffsetDateTime.class).toInstant()));
    }

    /** How many messages have what in common, most first. */
    public List<Group> groups(String subscription, By by, Query query) {
        return sql.list(
                "group the parked messages of " + subscription,
                """
                SELECT %1$s, count(DISTINCT m.key), count(*)
                FROM outbox.parked_message m
                JOIN outbox.parked_key k ON k.subscription = m.subscription AND k.key = m.key
                WHERE m.subscription = ? AND %2$s
                GROUP BY %1$s ORDER BY count(*) DESC, %1$s LIMIT 1000
                """.formatted(by.column, Query.MATCHES),
                statement -> {
                    statement.setString(1, subscription);
                    query.bind(statement, 2);
                },
                rows -> new Group(rows.getString(1), rows.getLong(2), rows.getLong(3)));
    }

    private static final String RETRY = """
            UPDATE outbox.parked_key k SET attention = true, retry_up_to = %d
            WHERE k.subscription = ? AND %s
            """.formatted(Long.MAX_VALUE, Query.MATCHES);

    /** Has whole keys tried again, in order, what follows while that goes on included; answers how many keys. */
    public int retry(String subscription, Query query, @Nullable String reason, String actor) {
        return sql.inTransaction("retry parked messages of " + subscription, connection -> {
            int keys = Sql.update(connection, RETRY, statement -> {
                statement.setString(1, subscription);
                query.bind(statement, 2);
            });
            Subscriptions.record(connection, actor, "outbox.retry", subscription, reason, details(query, keys));
            return keys;
        });
    }

    private static Map<String, Object> details(Query query, int keys) {
        return Map.of(
                "keys",
                keys,
                "reason",
                query.reason() == null ? "any" : query.reason(),
                "type",
                query.type() == null ? "any" : query.type(),
                "oneKey",
                query.key() != null);
    }

    private static final String FIRST = """
            SELECT m.key, (SELECT min(f.position) FROM outbox.parked_message f
                           WHERE f.subscription = m.subscription AND f.key = m.key)
            FROM outbox.parked_message m WHERE m.subscription = ? AND m.position = ?
            """;

    private static final String RETRY_ONE = """
            UPDATE outbox.parked_key SET attention = true, retry_up_to = greatest(retry_up_to, ?)
            WHERE subscription = ? AND key = ?
            """;

    /**
     * Has one message tried again; those behind it stay parked. It must be the first of its key, because the order of a
     * key is never broken.
     */
    public void retryOne(String subscription, long position, @Nullable String reason, String actor) {
        sql.inTransaction("retry a parked message of " + subscription, connection -> {
            String key = keyOf(connection, subscription, position, true);
            int keys = Sql.update(connection, RETRY_ONE, statement -> {
                statement.setLong(1, position);
                statement.setString(2, subscription);
                statement.setString(3, key);
            });
            Subscriptions.record(
                    connection, actor, "outbox.retry-one", subscription, reason, Map.of("position", position));
            return keys;
        });
    }

    private record First(String key, long position) {}

    private static String keyOf(Connection connection, String subscription, long position, boolean mustBeFirst)
            throws SQLException {
        First first = Sql.list(
                        connection,
                        FIRST,
                        statement -> {
                            statement.setString(1, subscription);
                            statement.setLong(2, position);
                        },
                        rows -> new First(rows.getString(1), rows.getLong(2)))
                .stream()
                .findFirst()
                .orElseThrow(() -> new ParkedMessageException(
                        "position %d is not parked for subscription '%s'".formatted(position, subscription)));
        if (mustBeFirst && first.position() != position) {
            throw new ParkedMessageException(
                    "position %d waits behind position %d of the same key: retry the key, or skip the first"
                            .formatted(position, first.position()));
        }
        return first.key();
    }

    private static final String SKIP = """
            WITH gone AS (
                DELETE FROM outbox.parked_message m USING outbox.parked_key k
                WHERE m.subscription = ? AND k.subscription = m.subscription AND k.key = m.key
                  AND (?::bigint IS NULL OR m.position = ?) AND %s
                RETURNING m.subscription, m.position, m.key, m.type),
            kept AS (
                INSERT INTO outbox.skipped_message (subscription, position, key, type, reason)
                SELECT subscription, position, key, type, ? FROM gone
                ON CONFLICT (subscription, position) DO NOTHING)
            UPDATE outbox.parked_key k SET attention = true
            FROM (SELECT DISTINCT key FROM gone) g WHERE k.subscription = ? AND k.key = g.key
            """.formatted(Query.MATCHES);

    /** Gives one message up; the key's others stay, and may then be retried. */
    public void skipOne(String subscription, long position, String reason, String actor) {
        sql.inTransaction("skip a parked message of " + subscription, connection -> {
            keyOf(connection, subscription, position, false);
            int keys = skip(connection, subscription, position, Query.ALL, reason);
            Subscriptions.record(
                    connection, actor, "outbox.skip-one", subscription, reason, Map.of("position", position));
            return keys;
        });
    }

    /** Gives all messages of the keys meant up; answers how many keys. */
    public int skip(String subscription, Query query, String reason, String actor) {
        return sql.inTransaction("skip parked messages of " + subscription, connection -> {
            int keys = skip(connection, subscription, null, query, reason);
            Subscriptions.record(connection, actor, "outbox.skip", subscription, reason, details(query, keys));
            return keys;
        });
    }

    private static int skip(
            Connection connection, String subscription, @Nullable Long position, Query query, String reason)
            throws SQLException {
        return Sql.update(connection, SKIP, statement -> {
            statement.setString(1, subscription);
            statement.setObject(2, position, Types.BIGINT);
            statement.setObject(3, position, Types.BIGINT);
            int next = query.bind(statement, 4);
            statement.setString(next, reason);
            statement.setString(next + 1, subscription);
        });
    }
}
