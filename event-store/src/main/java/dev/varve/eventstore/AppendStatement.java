package dev.varve.eventstore;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs {@code event_store.append} for a batch and reads its answer. */
final class AppendStatement {

    private AppendStatement() {}

    /** What became of one append of a batch. */
    sealed interface Outcome {

        record Written(Appended appended) implements Outcome {}

        record Refused(StreamConflictException conflict) implements Outcome {}
    }

    private static final String APPEND = """
            SELECT slice, actual, earlier FROM event_store.append(
                ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    /**
     * Writes the batch on this connection. On an autocommit connection it is durable when this returns.
     *
     * @param batch no two of them may touch the same stream
     * @return one outcome per append, in their order
     */
    static List<Outcome> run(Connection connection, List<Append> batch) throws SQLException {
        Columns columns = new Columns(batch);
        try (PreparedStatement statement = connection.prepareStatement(APPEND)) {
            columns.bind(connection, statement);
            try (ResultSet rows = statement.executeQuery()) {
                return columns.outcomes(rows);
            }
        }
    }

    /** The batch, turned into one array per parameter. */
    private static final class Columns {

        private final List<Append> batch;
        private final List<Append.Slice> slices = new ArrayList<>();
        private final List<Integer> appendOfSlice = new ArrayList<>();
        private final List<Long> since = new ArrayList<>();
        private final int[] sliceOfEvent;
        private final NewEvent[] events;
        private final MessageColumns messages = new MessageColumns();

        Columns(List<Append> batch) {
            this.batch = batch;
            int count =
                    batch.stream().mapToInt(append -> append.events().size()).sum();
            sliceOfEvent = new int[count];
            events = new NewEvent[count];
            int next = 0;
            for (int n = 0; n < batch.size(); n++) {
                Append append = batch.get(n);
                Map<String, Integer> sliceNumbers = new HashMap<>();
                for (Append.Slice slice : append.slices()) {
                    slices.add(slice);
                    appendOfSlice.add(n + 1);
                    since.add(append.since().getOrDefault(slice.streamId(), 0L));
                    sliceNumbers.put(slice.streamId(), slices.size());
                }
                for (NewEvent event : append.events()) {
                    sliceOfEvent[next] = sliceNumbers.getOrDefault(event.streamId(), 0);
                    events[next++] = event;
                    messages.add(next, event.messages());
                }
            }
        }

        void bind(Connection connection, PreparedStatement statement) throws SQLException {
            statement.setObject(1, appendOfSlice.stream().mapToInt(n -> n).toArray());
            array(connection, statement, 2, slices.stream().map(Append.Slice::streamId));
            array(
                    connection,
                    statement,
                    3,
                    slices.stream().map(s -> s.events().getFirst().streamType()));
            statement.setObject(
                    4, slices.stream().mapToLong(Append.Slice::firstVersion).toArray());
            statement.setObject(5, since.stream().mapToLong(p -> p).toArray());
            statement.setObject(6, sliceOfEvent);
            array(connection, statement, 7, Arrays.stream(events).map(NewEvent::streamId));
            array(connection, statement, 8, Arrays.stream(events).map(NewEvent::streamType));
            statement.setObject(
                    9, Arrays.stream(events).mapToLong(NewEvent::version).toArray());
            array(connection, statement, 10, Arrays.stream(events).map(NewEvent::eventId));
            array(connection, statement, 11, Arrays.stream(events).map(NewEvent::type));
            array(connection, statement, 12, Arrays.stream(events).map(NewEvent::revision));
            statement.setObject(
                    13,
                    Arrays.stream(events).mapToLong(e -> micros(e.recordedAt())).toArray());
            bytes(connection, statement, 14, Arrays.stream(events).map(NewEvent::payload));
            bytes(connection, statement, 15, Arrays.stream(events).map(NewEvent::metadata));
            if (batch.stream().allMatch(append -> append.commandId() == null)) {
                statement.setArray(16, null);
            } else {
                array(connection, statement, 16, batch.stream().map(Append::commandId));
            }
            messages.bind(connection, statement, 17);
        }

        private static void bytes(
                Connection connection, PreparedStatement statement, int parameter, Stream<byte[]> values)
                throws SQLException {
            statement.setArray(parameter, connection.createArrayOf("bytea", values.toArray(byte[][]::new)));
        }

        private static void array(
                Connection connection, PreparedStatement statement, int parameter, Stream<@Nullable String> values)
                throws SQLException {
            statement.setArray(parameter, connection.createArrayOf("text", values.toArray()));
        }

        private static long micros(Instant instant) {
            return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
        }

        List<Outcome> outcomes(ResultSet rows) throws SQLException {
            long head = 0;
            @Nullable Outcome[] refused = new Outcome[batch.size()];
            while (rows.next()) {
                int slice = rows.getInt(1);
                long actual = rows.getLong(2);
                long earlier = rows.getLong(3);
                boolean wasEarlier = !rows.wasNull();
                if (slice == 0) {
                    head = actual;
                } else if (slice < 0) {
                    refused[-slice - 1] = new Outcome.Written(new Appended(earlier, true));
                } else {
                    int append = appendOfSlice.get(slice - 1) - 1;
                    refused[append] = merge(refused[append], slices.get(slice - 1), actual, wasEarlier ? earlier : -1);
                }
            }
            return positions(head, refused);
        }

        /** An append is known from before only if every slice of it is. */
        private static Outcome merge(@Nullable Outcome before, Append.Slice slice, long actual, long earlier) {
            if (before instanceof Outcome.Refused) {
                return before;
            }
            if (earlier < 0) {
                return new Outcome.Refused(
                        new StreamConflictException(slice.streamId(), slice.firstVersion() - 1, actual));
            }
            long known = before instanceof Outcome.Written written
                    ? written.appended().lastPosition()
                    : 0;
            return new Outcome.Written(new Appended(Math.max(known, earlier), true));
        }

        private List<Outcome> positions(long head, @Nullable Outcome[] refused) {
            List<Outcome> outcomes = new ArrayList<>(batch.size());
            long position = head;
            for (int n = 0; n < batch.size(); n++) {
                @Nullable Outcome outcome = refused[n];
                if (outcome == null) {
                    position += batch.get(n).events().size();
                    outcome = new Outcome.Written(new Appended(position, false));
                }
                outcomes.add(outcome);
            }
            return outcomes;
        }
    }
}
