package dev.varve.eventstore.adoption;

import dev.varve.eventstore.adoption.OldEvents.OldEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * How far the takeover has come, as {@code event_store.adoption} and {@code adopted_range} hold it.
 *
 * @param lastPosition of the last event taken over; 0 before the first
 * @param lastIndex the global index that it had; -1 before the first
 */
record Checkpoint(boolean finished, long lastPosition, long lastIndex) {

    private static final JsonMapper JSON = JsonMapper.shared();

    private static final String FIND = """
            SELECT source, type_names::text, state = 'finished', last_position, last_index,
                   (SELECT coalesce(max(position), 0) FROM event_store.event)
            FROM event_store.adoption
            """;

    /** The takeover that was begun here, if one was and it is the same one. */
    static @Nullable Checkpoint find(Connection connection, String source, TypeNames names) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FIND);
                ResultSet rows = statement.executeQuery()) {
            if (!rows.next()) {
                return null;
            }
            if (!rows.getString(1).equals(source)) {
                throw new AdoptionRefused("this log was taken over from %s, and cannot take over %s too"
                        .formatted(rows.getString(1), source));
            }
            if (!JSON.readValue(rows.getString(2), new TypeReference<TreeMap<String, String>>() {})
                    .equals(new TreeMap<>(names.byOldName()))) {
                throw new AdoptionRefused(
                        "the names of event types differ from those this takeover began with; give the same ones again");
            }
            Checkpoint found = new Checkpoint(rows.getBoolean(3), rows.getLong(4), rows.getLong(5));
            long head = rows.getLong(6);
            if (!found.finished && head != found.lastPosition) {
                throw new AdoptionRefused(
                        "the log ends at position %d and not at %d, where this takeover stopped: somebody else has written to it"
                                .formatted(head, found.lastPosition));
            }
            return found;
        }
    }

    private static final String IS_USED = """
            SELECT EXISTS (SELECT FROM event_store.event), EXISTS (SELECT FROM event_store.token),
                   EXISTS (SELECT FROM event_store.snapshot)
            """;

    private static final String BEGIN = """
            INSERT INTO event_store.adoption (source, type_names, state, last_position, last_index)
            VALUES (?, ?::jsonb, 'copying', 0, -1)
            """;

    /** Refuses a log in which there is anything. */
    static void requireEmpty(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(IS_USED);
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            for (int n = 1; n <= 3; n++) {
                if (rows.getBoolean(n)) {
                    throw new AdoptionRefused("the log has %s already; a takeover needs one that is new"
                            .formatted(List.of("events", "tokens of processors", "snapshots")
                                    .get(n - 1)));
                }
            }
        }
    }

    /** Begins one, in a log that must be empty. */
    static Checkpoint begin(Connection connection, String source, TypeNames names) throws SQLException {
        requireEmpty(connection);
        try (PreparedStatement statement = connection.prepareStatement(BEGIN)) {
            statement.setString(1, source);
            statement.setString(2, JSON.writeValueAsString(names.byOldName()));
            statement.executeUpdate();
        }
        return new Checkpoint(false, 0, -1);
    }

    private static final String MOVE = """
            WITH ranges AS (
                INSERT INTO event_store.adopted_range (first_position, last_position, first_index) SELECT * FROM unnest(?, ?, ?))
            UPDATE event_store.adoption SET last_position = ?, last_index = ?
            """;

    /** Moves it past events that were written in the same transaction. */
    Checkpoint movedPast(Connection connection, List<OldEvent> events) throws SQLException {
        List<Long> firstPositions = new ArrayList<>();
        List<Long> lastPositions = new ArrayList<>();
        List<Long> firstIndexes = new ArrayList<>();
        long position = lastPosition;
        long index = Long.MIN_VALUE;
        for (OldEvent event : events) {
            position++;
            if (event.index() == index + 1) {
                lastPositions.set(lastPositions.size() - 1, position);
            } else {
                firstPositions.add(position);
                lastPositions.add(position);
                firstIndexes.add(event.index());
            }
            index = event.index();
        }
        try (PreparedStatement statement = connection.prepareStatement(MOVE)) {
            statement.setArray(1, connection.createArrayOf("bigint", firstPositions.toArray()));
            statement.setArray(2, connection.createArrayOf("bigint", lastPositions.toArray()));
            statement.setArray(3, connection.createArrayOf("bigint", firstIndexes.toArray()));
            statement.setLong(4, position);
            statement.setLong(5, index);
            statement.executeUpdate();
        }
        return new Checkpoint(false, position, index);
    }

    private static final String FINISH = """
            UPDATE event_store.adoption SET state = 'finished', finished_at = clock_timestamp()
            """;

    static void finish(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FINISH)) {
            statement.executeUpdate();
        }
    }
}
