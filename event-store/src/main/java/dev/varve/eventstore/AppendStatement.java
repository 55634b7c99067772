package dev.varve.eventstore;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs {@code event_store.append} for a batch and reads its answer. */
final class AppendStatement {

    private AppendStatement() {}

    /** What became of one append of a batch. */
    sealed interface Outcome {

        record Written(Appended appended) implements Outcome {}

        record Refused(StreamConflictException conflict) implements Outcome {}
    }

    /**
     * What PostgreSQL says to a batch.
     *
     * @param outcomes one for each append, in their order
     * @param worked how long it held the lock before it flushed
     * @param flushed what else it took: the way there and back, and the flush; without the wait for the lock
     */
    record Answer(List<Outcome> outcomes, Duration worked, Duration flushed) {}

    private static final String APPEND = """
            SELECT slice, actual, earlier, waited, worked FROM event_store.append(
                ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                ?, ?::uuid[], ?, ?, ?, ?::json[], ?::json[])
            """;

    /**
     * Writes the batch on this connection. On an autocommit connection it is durable when this returns.
     *
     * @param knownHead a position that was seen, or 0
     * @param batch no two of them may touch the same stream
     */
    static Answer run(Connection connection, long knownHead, List<Append> batch) throws SQLException {
        AppendColumns columns = new AppendColumns(batch);
        try (PreparedStatement statement = connection.prepareStatement(APPEND)) {
            Arguments arguments = new Arguments(connection, statement);
            arguments.add(knownHead);
            columns.bind(arguments);
            long sent = System.nanoTime();
            try (ResultSet rows = statement.executeQuery()) {
                return answer(batch, columns, rows, Duration.ofNanos(System.nanoTime() - sent));
            }
        }
    }

    private static Answer answer(List<Append> batch, AppendColumns columns, ResultSet rows, Duration took)
            throws SQLException {
        long head = 0;
        Duration waited = Duration.ZERO;
        Duration worked = Duration.ZERO;
        @Nullable Outcome[] refused = new Outcome[batch.size()];
        while (rows.next()) {
            int slice = rows.getInt(1);
            long actual = rows.getLong(2);
            long earlier = rows.getLong(3);
            boolean wasEarlier = !rows.wasNull();
            if (slice == 0) {
                head = actual;
                waited = Duration.of(rows.getLong(4), ChronoUnit.MICROS);
                worked = Duration.of(rows.getLong(5), ChronoUnit.MICROS);
            } else if (slice < 0) {
                refused[-slice - 1] = new Outcome.Written(new Appended(earlier, true));
            } else {
                int append = columns.append(slice);
                refused[append] = merge(refused[append], columns.slice(slice), actual, wasEarlier ? earlier : -1);
            }
        }
        return new Answer(
                positions(batch, head, refused), worked, took.minus(waited).minus(worked));
    }

    /** An append is known from before only if every slice of it is. */
    private static Outcome merge(@Nullable Outcome before, Append.Slice slice, long actual, long earlier) {
        if (before instanceof Outcome.Refused) {
            return before;
        }
        if (earlier < 0) {
            return new Outcome.Refused(new StreamConflictException(slice.streamId(), slice.firstVersion() - 1, actual));
        }
        long known =
                before instanceof Outcome.Written written ? written.appended().lastPosition() : 0;
        return new Outcome.Written(new Appended(Math.max(known, earlier), true));
    }

    private static List<Outcome> positions(List<Append> batch, long head, @Nullable Outcome[] refused) {
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
