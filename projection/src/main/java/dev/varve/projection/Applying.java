package dev.varve.projection;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Applies events in the caller's transaction and leaves out what cannot be applied: an event that the projection throws
 * at or the database refuses, and the later ones of its sequence. The others are written, many at once as long as all is
 * well; a batch that the database refuses is halved until the culprit is alone.
 *
 * <p>What is wrong with the database itself is thrown, and nothing is left out because of it.
 */
public final class Applying<E> {

    /** The caller runs this in its transaction before it applies, together with whatever else it has to ask. */
    public static final String SAVEPOINT = "SAVEPOINT applying";

    private static final String BACK = "ROLLBACK TO SAVEPOINT applying";
    private static final String RELEASE = "RELEASE SAVEPOINT applying";

    private final Projection<E> projection;
    private final RowWriter writer;

    public Applying(Projection<E> projection, RowWriter writer) {
        this.projection = projection;
        this.writer = writer;
    }

    /** The events of one sequence are applied one after another, or not at all. */
    public String sequenceOf(RecordedEvent<E> event) {
        return String.valueOf(projection.sequencing().keyOf(event.streamId()));
    }

    /**
     * Applies events.
     *
     * @param events in the order of the log
     * @param held sequences of which nothing may be applied
     */
    public Outcome<E> apply(List<RecordedEvent<E>> events, Set<String> held, Connection connection)
            throws SQLException {
        Run run = new Run(held, connection);
        List<Place<E>> places = new ArrayList<>(events.size());
        for (int i = 0; i < events.size(); i++) {
            places.add(new Place<>(i, events.get(i)));
        }
        run.apply(places);
        return new Outcome<>(
                run.rows,
                run.left.stream()
                        .sorted(Comparator.comparingInt(left -> left.place().index()))
                        .map(left -> new LeftOut<>(left.place().event(), left.fault()))
                        .toList());
    }

    /**
     * What became of a batch.
     *
     * @param rows how many rows were changed
     * @param leftOut in the order of the log
     */
    public record Outcome<E>(long rows, List<LeftOut<E>> leftOut) {}

    private record Place<E>(int index, RecordedEvent<E> event) {}

    private record Left<E>(Place<E> place, @Nullable Fault fault) {}

    private final class Run {

        private final Set<String> held;
        private final Connection connection;
        private final List<Left<E>> left = new ArrayList<>();
        private long rows;

        Run(Set<String> held, Connection connection) {
            this.held = new HashSet<>(held);
            this.connection = connection;
        }

        /** Expects a savepoint to go back to. */
        void apply(List<Place<E>> places) throws SQLException {
            List<Place<E>> projected = new ArrayList<>(places.size());
            Batch batch = batch(places, projected);
            if (projected.isEmpty()) {
                return;
            }
            try {
                rows += writer.write(batch, connection);
            } catch (SQLException e) {
                if (!Fault.isOfData(e)) {
                    throw e;
                }
                execute(BACK);
                if (projected.size() == 1) {
                    leaveOut(projected.getFirst(), Fault.of(e));
                } else {
                    int half = projected.size() / 2;
                    applyNested(projected.subList(0, half));
                    applyNested(projected.subList(half, projected.size()));
                }
            }
        }

        private Batch batch(List<Place<E>> places, List<Place<E>> projected) {
            Batch batch = new Batch();
            for (Place<E> place : places) {
                RecordedEvent<E> event = place.event();
                if (held.contains(sequenceOf(event))) {
                    left.add(new Left<>(place, null));
                    continue;
                }
                int before = batch.size();
                try {
                    projection.project(event, batch.at(event.position()));
                    projected.add(place);
                } catch (RuntimeException e) {
                    batch.backTo(before);
                    leaveOut(place, Fault.of(e));
                }
            }
            return batch;
        }

        private void leaveOut(Place<E> place, Fault fault) {
            held.add(sequenceOf(place.event()));
            left.add(new Left<>(place, fault));
        }

        private void applyNested(List<Place<E>> places) throws SQLException {
            execute(SAVEPOINT);
            apply(places);
            execute(RELEASE);
        }

        private void execute(String sql) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }
    }
}
