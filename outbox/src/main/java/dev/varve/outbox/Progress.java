package dev.varve.outbox;

import dev.varve.eventstore.CheckpointCommits;
import dev.varve.outbox.Leases.Lease;
import dev.varve.outbox.MessageTail.Newest;
import dev.varve.outbox.Sql.Binding;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what a relay has done. Every statement is fenced by the lease's epoch, and what belongs together is one
 * transaction: a checkpoint never passes a message that was refused and is not yet stored as parked.
 */
final class Progress {

    private final Sql sql;

    Progress(Sql sql) {
        this.sql = sql;
    }

    /**
     * A state to write down.
     *
     * @param trouble why nothing goes out at present; null when all is well
     * @param failing whether the sink's last answer was that it cannot be reached
     */
    record State(
            long checkpoint,
            PositionRanges doneBeyond,
            @Nullable String trouble,
            boolean failing) {}

    /** A key that is parked from now on. */
    record Parking(String key, String reason, int attempts) {}

    /** A message that will not be delivered. */
    record Skipping(Message message, String reason) {}

    /** What else happened since the last time. */
    record Changes(
            List<Parking> parkedKeys, List<Message> parkedMessages, List<Skipping> skipped, List<Long> unparked) {

        static final Changes NONE = new Changes(List.of(), List.of(), List.of(), List.of());

        boolean isEmpty() {
            return parkedKeys.isEmpty() && parkedMessages.isEmpty() && skipped.isEmpty() && unparked.isEmpty();
        }
    }

    private static final String SAVE = """
            UPDATE outbox.delivery
            SET position = ?, done_beyond = ?::int8multirange, trouble = ?,
                trouble_since = CASE WHEN ?::text IS NOT NULL THEN coalesce(trouble_since, clock_timestamp()) END,
                failing_since = CASE WHEN ? THEN coalesce(failing_since, clock_timestamp()) END
            WHERE subscription = ? AND epoch = ?
              AND (?::uuid IS NULL OR EXISTS (SELECT FROM outbox.message m WHERE m.position = ? AND m.id = ?))
            """;

    /**
     * A checkpoint alone does not wait for the disk, because everything would wait for it: if the server crashes before its
     * next flush, the same messages are delivered again as if this node had crashed.
     */
    private static final String SAVE_WITHOUT_FLUSH = SAVE + "  AND " + CheckpointCommits.WITHOUT_FLUSH;

    /**
     * False when the subscription is somebody else's by now, or the outbox is not the one that was read; nothing was written
     * then.
     *
     * @param read the newest message that was read; null before the first
     */
    boolean save(Lease lease, @Nullable Newest read, State state, Changes changes) {
        if (changes.isEmpty()) {
            return sql.on("save a checkpoint", connection -> save(connection, SAVE_WITHOUT_FLUSH, lease, read, state));
        }
        return sql.inTransaction("save a checkpoint", connection -> {
            Sql.update(connection, "SET LOCAL idle_in_transaction_session_timeout = '2s'", Binding.none());
            boolean ours = save(connection, SAVE, lease, read, state);
            if (ours) {
                park(connection, lease, changes);
                skip(connection, lease, changes.skipped());
                unpark(connection, lease, changes.unparked());
            }
            return ours;
        });
    }

    private static boolean save(Connection connection, String update, Lease lease, @Nullable Newest read, State state)
            throws SQLException {
        return Sql.update(connection, update, statement -> {
                    statement.setLong(1, state.checkpoint());
                    statement.setString(2, state.doneBeyond().toString());
                    statement.setString(3, state.trouble());
                    statement.setString(4, state.trouble());
                    statement.setBoolean(5, state.failing());
                    statement.setString(6, lease.subscription());
                    statement.setLong(7, lease.epoch());
                    statement.setObject(8, read == null ? null : read.id());
                    statement.setLong(9, read == null ? 0 : read.position());
                    statement.setObject(10, read == null ? null : read.id());
                })
                == 1;
    }

    private static final String PARK_KEYS = """
            INSERT INTO outbox.parked_key (subscription, key, reason, attempts)
            SELECT ?, p.key, p.reason, p.attempts FROM unnest(?::text[], ?::text[], ?::integer[]) AS p (key, reason, attempts)
            ON CONFLICT (subscription, key) DO UPDATE
            SET reason = excluded.reason, attempts = parked_key.attempts + excluded.attempts,
                retry_up_to = NULL, attention = false
            """;

    private static final String PARK_MESSAGES = """
            INSERT INTO outbox.parked_message (subscription, position, key, type, recorded_at)
            SELECT ?, p.position, p.key, p.type, p.recorded_at
            FROM unnest(?::bigint[], ?::text[], ?::text[], ?::timestamptz[]) AS p (position, key, type, recorded_at)
            ON CONFLICT (subscription, position) DO NOTHING
            """;

    private static void park(Connection connection, Lease lease, Changes changes) throws SQLException {
        List<Parking> keys = changes.parkedKeys();
        if (!keys.isEmpty()) {
            Sql.update(connection, PARK_KEYS, statement -> {
                statement.setString(1, lease.subscription());
                Sql.array(statement, 2, "text", keys.stream().map(Parking::key).toList());
                Sql.array(
                        statement, 3, "text", keys.stream().map(Parking::reason).toList());
                Sql.array(
                        statement,
                        4,
                        "integer",
                        keys.stream().map(Parking::attempts).toList());
            });
        }
        List<Message> messages = changes.parkedMessages();
        if (!messages.isEmpty()) {
            Sql.update(connection, PARK_MESSAGES, statement -> {
                statement.setString(1, lease.subscription());
                Sql.array(
                        statement,
                        2,
                        "bigint",
                        messages.stream().map(Message::position).toList());
                Sql.array(
                        statement,
                        3,
                        "text",
                        messages.stream().map(Message::key).toList());
                Sql.array(
                        statement,
                        4,
                        "text",
                        messages.stream().map(Message::type).toList());
                Sql.array(
                        statement,
                        5,
                        "timestamptz",
                        messages.stream()
                                .map(message -> message.recordedAt().atOffset(ZoneOffset.UTC))
                                .toList());
            });
        }
    }

    private static final String SKIP = """
            INSERT INTO outbox.skipped_message (subscription, position, key, type, reason)
            SELECT ?, p.position, p.key, p.type, p.reason
            FROM unnest(?::bigint[], ?::text[], ?::text[], ?::text[]) AS p (position, key, type, reason)
            ON CONFLICT (subscription, position) DO NOTHING
            """;

    private static void skip(Connection connection, Lease lease, List<Skipping> skipped) throws SQLException {
        if (!skipped.isEmpty()) {
            Sql.update(connection, SKIP, statement -> {
                statement.setString(1, lease.subscription());
                Sql.array(
                        statement,
                        2,
                        "bigint",
                        skipped.stream().map(skip -> skip.message().position()).toList());
                Sql.array(
                        statement,
                        3,
                        "text",
                        skipped.stream().map(skip -> skip.message().key()).toList());
                Sql.array(
                        statement,
                        4,
                        "text",
                        skipped.stream().map(skip -> skip.message().type()).toList());
                Sql.array(
                        statement,
                        5,
                        "text",
                        skipped.stream().map(Skipping::reason).toList());
            });
        }
    }

    private static final String UNPARK = """
            DELETE FROM outbox.parked_message WHERE subscription = ? AND position = ANY (?)
            """;

    private static void unpark(Connection connection, Lease lease, List<Long> positions) throws SQLException {
        if (!positions.isEmpty()) {
            Sql.update(connection, UNPARK, statement -> {
                statement.setString(1, lease.subscription());
                Sql.array(statement, 2, "bigint", positions);
            });
        }
    }
}
