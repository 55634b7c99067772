package dev.varve.outbox;

import dev.varve.eventstore.OperatorAction;
import dev.varve.eventstore.OperatorActions;
import dev.varve.outbox.FailurePolicy.OnRefusal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Who gets messages: the table {@code outbox.subscription}. Every change leaves a row in the record of operators'
 * actions and reaches the node that delivers with its next renewal, within a second.
 */
public final class Subscriptions {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

    private final Sql sql;
    private final MessageLog messages;
    private final SubscriptionStatuses statuses;

    public Subscriptions(DataSource dataSource, MessageLog messages) {
        this.sql = new Sql(dataSource);
        this.messages = messages;
        this.statuses = new SubscriptionStatuses(sql);
    }

    /** A subscription as it stands. */
    record Stored(Subscription subscription, long revision) {}

    private static final String ADD = """
            INSERT INTO outbox.subscription
                (name, origin, sink, settings, secrets, types, contexts, on_refusal, attempts)
            VALUES (?, ?, ?, ?::jsonb, ?::jsonb, ?, ?, ?, ?)
            ON CONFLICT (name) DO NOTHING
            """;

    private static final String ADD_DELIVERY = "INSERT INTO outbox.delivery (subscription, position) VALUES (?, ?)";

    /**
     * Adds one.
     *
     * @throws SubscriptionExistsException if there is one of the name
     * @throws IllegalArgumentException if it would begin after messages that nobody has written yet, and so miss them
     */
    public void add(Subscription subscription, StartPosition start, @Nullable String reason, String actor) {
        messages.requireWritten("start", start);
        long position = messages.resolve(start);
        sql.inTransaction("add subscription " + subscription.name(), connection -> {
            if (!add(connection, subscription, "operator", position)) {
                throw new SubscriptionExistsException(subscription.name());
            }
            record(connection, actor, "outbox.add", subscription.name(), reason, Map.of("position", position));
            return position;
        });
    }

    private static boolean add(Connection connection, Subscription subscription, String origin, long position)
            throws SQLException {
        int added = Sql.update(connection, ADD, statement -> {
            statement.setString(1, subscription.name());
            statement.setString(2, origin);
            int next = bind(statement, 3, subscription);
            assert next == 10;
        });
        if (added == 1) {
            Sql.update(connection, ADD_DELIVERY, statement -> {
                statement.setString(1, subscription.name());
                statement.setLong(2, position);
            });
        }
        return added == 1;
    }

    private static int bind(PreparedStatement statement, int first, Subscription subscription) throws SQLException {
        int index = first;
        statement.setString(index++, subscription.sink());
        statement.setString(index++, JSON.writeValueAsString(subscription.settings()));
        statement.setString(index++, JSON.writeValueAsString(subscription.secrets()));
        Sql.array(statement, index++, "text", subscription.filter().types());
        Sql.array(statement, index++, "text", subscription.filter().contexts());
        statement.setString(index++, name(subscription.policy().onRefusal()));
        statement.setInt(index++, subscription.policy().attempts());
        return index;
    }

    private static final String CONFIGURE = """
            UPDATE outbox.subscription
            SET origin = 'configuration', sink = ?, settings = ?::jsonb, secrets = ?::jsonb, types = ?, contexts = ?,
                on_refusal = ?, attempts = ?, revision = revision + 1, changed_at = now()
            WHERE name = ? AND (origin, sink, settings, secrets, types, contexts, on_refusal, attempts)
                IS DISTINCT FROM ('configuration', ?, ?::jsonb, ?::jsonb, ?::text[], ?::text[], ?, ?)
            """;

    /** Sees to it that a subscription of the configuration is there as it is written; where it stands is kept. */
    void configure(Subscription subscription, StartPosition start) {
        long position = messages.resolve(start);
        sql.inTransaction("configure subscription " + subscription.name(), connection -> {
            if (!add(connection, subscription, "configuration", position)) {
                int changed = Sql.update(connection, CONFIGURE, statement -> {
                    int next = bind(statement, 1, subscription);
                    statement.setString(next, subscription.name());
                    bind(statement, next + 1, subscription);
                });
                if (changed > 0) {
                    countFailuresAnew(connection, subscription.name());
                }
            }
            return position;
        });
    }

    private static final String HAND_OVER = """
            UPDATE outbox.subscription SET origin = 'operator', changed_at = now()
            WHERE origin = 'configuration' AND name <> ALL (?)
            RETURNING name
            """;

    /** Gives those that are no longer in the configuration to the operators, and answers their names. */
    List<String> handOverAllBut(Collection<String> configured) {
        return sql.list(
                "hand over subscriptions that are no longer configured",
                HAND_OVER,
                statement -> Sql.array(statement, 1, "text", configured),
                rows -> rows.getString(1));
    }

    private static final String COUNT_ANEW =
            "UPDATE outbox.delivery SET failing_since = NULL WHERE subscription = ? AND failing_since IS NOT NULL";

    private static void countFailuresAnew(Connection connection, String name) throws SQLException {
        Sql.update(connection, COUNT_ANEW, statement -> statement.setString(1, name));
    }

    private static final String CHANGE = """
            UPDATE outbox.subscription
            SET sink = ?, settings = ?::jsonb, secrets = ?::jsonb, types = ?, contexts = ?, on_refusal = ?, attempts = ?,
                revision = revision + 1, changed_at = now()
            WHERE name = ? AND origin = 'operator'
            """;

    /**
     * Changes one that an operator made, all but its name; where it stands is kept. Two who change it at once come one
     * after the other, so that neither undoes what the other did.
     *
     * @param wanted what it becomes, from what it is; to be quick, because others wait
     */
    public void change(String name, UnaryOperator<Subscription> wanted, @Nullable String reason, String actor) {
        sql.inTransaction("change subscription " + name, connection -> {
            Stored known =
                    find(connection, FIND_TO_CHANGE, name).orElseThrow(() -> new SubscriptionUnknownException(name));
            Subscription subscription = wanted.apply(known.subscription());
            int changed = Sql.update(connection, CHANGE, statement -> {
                int next = bind(statement, 1, subscription);
                statement.setString(next, name);
            });
            require(connection, changed, name);
            countFailuresAnew(connection, name);
            record(connection, actor, "outbox.change", name, reason, Map.of("sink", subscription.sink()));
            return changed;
        });
    }

    private static final String PAUSE = """
            UPDATE outbox.subscription SET paused = ?, paused_reason = ?, revision = revision + 1, changed_at = now()
            WHERE name = ?
            """;

    /** Lets the sink rest until {@link #resume}, also over restarts; messages wait. */
    public void pause(String name, @Nullable String reason, String actor) {
        pause(name, true, reason, actor);
    }

    public void resume(String name, @Nullable String reason, String actor) {
        pause(name, false, reason, actor);
    }

    private void pause(String name, boolean paused, @Nullable String reason, String actor) {
        String what = paused ? "pause" : "resume";
        sql.inTransaction(what + " subscription " + name, connection -> {
            int changed = Sql.update(connection, PAUSE, statement -> {
                statement.setBoolean(1, paused);
                statement.setString(2, paused ? reason : null);
                statement.setString(3, name);
            });
            if (changed == 0) {
                throw new SubscriptionUnknownException(name);
            }
            countFailuresAnew(connection, name);
            record(connection, actor, "outbox." + what, name, reason, Map.of());
            return changed;
        });
    }

    private static final String PAUSE_ONCE = """
            UPDATE outbox.subscription
            SET paused = true, paused_reason = ?, revision = revision + 1, changed_at = now()
            WHERE name = ? AND NOT paused
            """;

    /** Pauses one that is not, for a program that may find out more than once that it has to be. */
    public void pauseOnce(String name, String reason, String actor) {
        sql.inTransaction("pause subscription " + name, connection -> {
            int changed = Sql.update(connection, PAUSE_ONCE, statement -> {
                statement.setString(1, reason);
                statement.setString(2, name);
            });
            if (changed > 0) {
                record(connection, actor, "outbox.pause", name, reason, Map.of());
            }
            return changed;
        });
    }

    private static final String REMOVE = "DELETE FROM outbox.subscription WHERE name = ? AND origin = 'operator'";

    /** Removes one that an operator made, with everything that is known of it, its parked messages included. */
    public void remove(String name, @Nullable String reason, String actor) {
        sql.inTransaction("remove subscription " + name, connection -> {
            int removed = Sql.update(connection, REMOVE, statement -> statement.setString(1, name));
            require(connection, removed, name);
            record(connection, actor, "outbox.remove", name, reason, Map.of());
            return removed;
        });
    }

    private static final String EXISTS = "SELECT FROM outbox.subscription WHERE name = ?";

    /** Says why no row was an operator's, if so. */
    private static void require(Connection connection, int rows, String name) throws SQLException {
        if (rows > 0) {
            return;
        }
        boolean exists = !Sql.list(connection, EXISTS, statement -> statement.setString(1, name), row -> name)
                .isEmpty();
        throw exists ? new SubscriptionConfiguredException(name) : new SubscriptionUnknownException(name);
    }

    static void record(
            Connection connection,
            String actor,
            String action,
            String target,
            @Nullable String reason,
            Map<String, ?> details)
            throws SQLException {
        OperatorActions.record(connection, new OperatorAction(actor, action, target, reason, details));
    }

    private static final String FIND = """
            SELECT name, sink, settings, types, contexts, on_refusal, attempts, secrets, revision
            FROM outbox.subscription WHERE name = ?
            """;

    // Keeps other changes waiting, and not what a relay parks: that only asks whether the row is there.
    private static final String FIND_TO_CHANGE = FIND + "FOR NO KEY UPDATE";

    Optional<Stored> stored(String name) {
        return sql.on("read subscription " + name, connection -> find(connection, FIND, name));
    }

    private static Optional<Stored> find(Connection connection, String query, String name) throws SQLException {
        return Sql.list(
                        connection,
                        query,
                        statement -> statement.setString(1, name),
                        rows -> new Stored(subscription(rows), rows.getLong("revision")))
                .stream()
                .findFirst();
    }

    static Subscription subscription(ResultSet rows) throws SQLException {
        String name = rows.getString("name");
        try {
            return new Subscription(
                    name,
                    rows.getString("sink"),
                    texts("settings", rows),
                    texts("secrets", rows),
                    new SubscriptionFilter(set(rows, "types"), set(rows, "contexts")),
                    new FailurePolicy(
                            OnRefusal.valueOf(rows.getString("on_refusal").toUpperCase(Locale.ROOT)),
                            rows.getInt("attempts")));
        } catch (RuntimeException e) {
            // Whatever it is: it must not keep the other subscriptions from their messages.
            throw new SubscriptionUnreadableException(name, e);
        }
    }

    private static Map<String, String> texts(String column, ResultSet rows) throws SQLException {
        try {
            return JSON.readValue(rows.getString(column), TEXTS);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(column + " must be an object of texts", e);
        }
    }

    private static Set<String> set(ResultSet rows, String column) throws SQLException {
        return Set.copyOf(Arrays.asList((String[]) rows.getArray(column).getArray()));
    }

    /** One with its secrets, for those who change or serve it. */
    public Subscription get(String name) {
        return stored(name).map(Stored::subscription).orElseThrow(() -> new SubscriptionUnknownException(name));
    }

    /** All of them and how they are doing, by name; of one that cannot be read, that is its trouble. */
    public List<SubscriptionStatus> all() {
        return statuses.read(null);
    }

    /** One of them and how it is doing. */
    public SubscriptionStatus status(String name) {
        return statuses.read(name).stream().findFirst().orElseThrow(() -> new SubscriptionUnknownException(name));
    }

    private static String name(OnRefusal onRefusal) {
        return onRefusal.name().toLowerCase(Locale.ROOT);
    }
}
