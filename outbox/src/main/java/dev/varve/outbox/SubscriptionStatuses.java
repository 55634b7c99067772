package dev.varve.outbox;

import dev.varve.outbox.Sql.Binding;
import dev.varve.outbox.SubscriptionStatus.ReplayStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How subscriptions are doing, from all tables that know something of it, in one statement. */
final class SubscriptionStatuses {

    private final Sql sql;

    SubscriptionStatuses(Sql sql) {
        this.sql = sql;
    }

    private static final String STATUS = """
            SELECT s.name, s.sink, s.settings, s.types, s.contexts, s.on_refusal, s.attempts, s.origin, s.paused,
                   s.paused_reason, d.position, greatest(h.head - d.position, 0), m.ts AT TIME ZONE 'UTC',
                   CASE WHEN d.leased_until > clock_timestamp() THEN d.owner END, d.trouble, d.trouble_since,
                   (SELECT count(*) FROM outbox.parked_key k WHERE k.subscription = s.name),
                   (SELECT count(*) FROM outbox.parked_message p WHERE p.subscription = s.name),
                   (SELECT count(*) FROM outbox.skipped_message k WHERE k.subscription = s.name),
                   r.id, r.state, r.from_position, r.to_position, r.position, r.per_second, r.delivered, r.withheld,
                   s.secrets
            FROM outbox.subscription s
            JOIN outbox.delivery d ON d.subscription = s.name
            CROSS JOIN (SELECT coalesce(max(position), 0) AS head FROM outbox.message) h
            LEFT JOIN outbox.message m ON m.position = d.position + 1
            LEFT JOIN outbox.replay r ON r.subscription = s.name AND r.ended_at IS NULL
            WHERE ?::text IS NULL OR s.name = ?
            ORDER BY s.name
            """;

    /** By name; null: all. Of one that cannot be read, that is its trouble. */
    List<SubscriptionStatus> read(@Nullable String name) {
        Binding binding = statement -> {
            statement.setString(1, name);
            statement.setString(2, name);
        };
        return sql.list("read the state of subscriptions", STATUS, binding, SubscriptionStatuses::status);
    }

    private static SubscriptionStatus status(ResultSet rows) throws SQLException {
        try {
            Subscription known = Subscriptions.subscription(rows);
            return status(
                    rows, new TreeMap<>(known.settings()), known.filter(), known.policy(), rows.getString("trouble"));
        } catch (SubscriptionUnreadableException e) {
            // The others are shown all the same, and of this one what there is beside it.
            return status(rows, Map.of(), SubscriptionFilter.EVERYTHING, FailurePolicy.DEFAULT, e.getMessage());
        }
    }

    private static SubscriptionStatus status(
            ResultSet rows,
            Map<String, String> settings,
            SubscriptionFilter filter,
            FailurePolicy policy,
            @Nullable String trouble)
            throws SQLException {
        ReplayStatus replay = rows.getObject(20) == null
                ? null
                : new ReplayStatus(
                        rows.getLong(20),
                        rows.getString(21),
                        rows.getLong(22),
                        rows.getLong(23),
                        rows.getLong(24),
                        rows.getInt(25),
                        rows.getLong(26),
                        rows.getLong(27));
        return new SubscriptionStatus(
                rows.getString(1),
                rows.getString(2),
                settings,
                filter,
                policy,
                rows.getString(8),
                rows.getBoolean(9),
                rows.getString(10),
                rows.getLong(11),
                rows.getLong(12),
                instant(rows, 13),
                rows.getString(14),
                trouble,
                instant(rows, 16),
                rows.getLong(17),
                rows.getLong(18),
                rows.getLong(19),
                replay);
    }

    private static @Nullable Instant instant(ResultSet rows, int column) throws SQLException {
        OffsetDateTime time = rows.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
