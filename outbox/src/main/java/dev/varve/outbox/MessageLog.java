package dev.varve.outbox;

import dev.varve.outbox.CheckpointingSink.Checkpoint;
import dev.varve.outbox.Sql.Binding;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Reads {@code outbox.message}. Positions are dense and final: what was read once will never have a newcomer in it. */
public final class MessageLog {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {};

    private final Sql sql;

    public MessageLog(DataSource dataSource) {
        this(new Sql(dataSource));
    }

    MessageLog(Sql sql) {
        this.sql = sql;
    }

    private static final String READ = """
            SELECT position, id, aggregatetype, aggregateid, type, payload, ts, event_position, headers
            FROM outbox.read_messages(?, ?, ?, ?)
            """;

    /**
     * The wanted messages of a range of positions, in order. Where the range lies within the log, everything in it has
     * been seen with this, however few messages come back.
     *
     * @param after exclusive
     * @param upTo inclusive; not much more than a few thousand beyond
     */
    public List<Message> read(long after, long upTo, SubscriptionFilter filter) {
        return sql.list(
                "read messages after " + after,
                READ,
                statement -> {
                    statement.setLong(1, after);
                    statement.setLong(2, upTo);
                    Sql.array(statement, 3, "text", filter.types());
                    Sql.array(statement, 4, "text", filter.contexts());
                },
                MessageLog::message);
    }

    private static final String READ_AT = """
            SELECT position, id, aggregatetype, aggregateid, type, payload, ts, event_position, headers
            FROM outbox.message WHERE position = ANY (?) ORDER BY position
            """;

    /** The messages at these positions, in order; those that retention dropped are missing. */
    List<Message> readAt(Collection<Long> positions) {
        return sql.list(
                "read messages by position",
                READ_AT,
                statement -> Sql.array(statement, 1, "bigint", positions),
                MessageLog::message);
    }

    private static final String HEAD = "SELECT coalesce(max(position), 0) FROM outbox.message";

    /** The highest position; 0 before the first message. */
    public long head() {
        return number("read the head of the outbox", HEAD, Binding.none());
    }

    private static final String NEWEST = "SELECT position, id FROM outbox.message ORDER BY position DESC LIMIT 1";

    /** The message at the highest position; null before the first. */
    MessageTail.@Nullable Newest newest() {
        return sql.one(
                        "read the newest message of the outbox",
                        NEWEST,
                        Binding.none(),
                        rows -> new MessageTail.Newest(rows.getLong(1), rows.getObject(2, UUID.class)))
                .orElse(null);
    }

    private static final String ID = "SELECT id FROM outbox.message WHERE position = ?";

    /** The place of the message at a position; empty when retention dropped it, or there is none yet. */
    public Optional<Place> place(long position) {
        return sql.one(
                        "read the message at position " + position,
                        ID,
                        statement -> statement.setLong(1, position),
                        rows -> rows.getObject(1, UUID.class))
                .map(id -> Place.of(position, id));
    }

    /** Whether a checkpoint that was kept elsewhere counts for this outbox; what retention dropped cannot be compared. */
    boolean holds(Checkpoint checkpoint) {
        Place read = checkpoint.read().orElse(null);
        return read == null
                ? checkpoint.position() <= head()
                : place(read.position()).map(read::equals).orElseGet(() -> read.position() < earliest());
    }

    private static final String EARLIEST = "SELECT earliest FROM outbox.retention";

    /** The lowest position that retention has kept; 1 when it never dropped anything. */
    public long earliest() {
        return number("read the earliest position of the outbox", EARLIEST, Binding.none());
    }

    private static final String POSITION_BEFORE = "SELECT outbox.position_before(?)";

    /** The position before the first message recorded at or after an instant, as exact as the nodes' clocks agree. */
    public long positionBefore(Instant instant) {
        return number(
                "find the position of " + instant,
                POSITION_BEFORE,
                statement -> statement.setObject(1, instant.atOffset(ZoneOffset.UTC)));
    }

    /**
     * Refuses a position that no message has yet.
     *
     * @param name what the position is called where it was given
     */
    public void requireWritten(String name, StartPosition start) {
        if (start instanceof StartPosition.After(long after)) {
            long head = head();
            if (after > head) {
                throw new IllegalArgumentException(
                        "%s is %d, which is ahead of the newest message, which is %d".formatted(name, after, head));
            }
        }
    }

    /** The position after which to read, so as to begin there; never before what is kept. */
    public long resolve(StartPosition start) {
        long position = switch (start) {
            case StartPosition.Beginning() -> 0;
            case StartPosition.Now() -> head();
            case StartPosition.After(long after) -> after;
            case StartPosition.Since(Instant instant) -> positionBefore(instant);
        };
        return Math.max(position, earliest() - 1);
    }

    private long number(String what, String query, Binding binding) {
        return sql.one(what, query, binding, rows -> rows.getLong(1)).orElseThrow();
    }

    private static Message message(ResultSet rows) throws SQLException {
        return new Message(
                rows.getLong(1),
                rows.getObject(2, UUID.class),
                rows.getString(3),
                rows.getString(4),
                rows.getString(5),
                rows.getBytes(6),
                rows.getObject(7, LocalDateTime.class).toInstant(ZoneOffset.UTC),
                rows.getLong(8),
                headers(rows.getString(9)),
                false);
    }

    private static Map<String, String> headers(String json) {
        return json.length() == 2 ? Map.of() : JSON.readValue(json, HEADERS);
    }
}
