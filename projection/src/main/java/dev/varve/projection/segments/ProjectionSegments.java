package dev.varve.projection.segments;

import dev.varve.eventstore.OperatorAction;
import dev.varve.eventstore.OperatorActions;
import dev.varve.projection.Operator;
import dev.varve.projection.ProjectionTransactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import javax.sql.DataSource;
import org.axonframework.eventhandling.Segment;
import org.jspecify.annotations.Nullable;

/**
 * Cuts and joins segments in the database, whichever nodes work on them.
 *
 * <p>Axon's own way needs the node that holds the segment, and for joining one that holds both. Here the checkpoints are
 * changed under their locks, and the segment that stays is put out of every node's reach until its claim would have run
 * out: whoever worked on it cannot commit its batch, sees within seconds that it was taken away, and takes it up again
 * with its new share. What is joined goes on from the earlier checkpoint of the two; the rows have seen the events
 * behind it and do not change by them.
 */
public final class ProjectionSegments {

    /** As many as a projection may begin with. */
    private static final int MOST = 64;

    private static final String PATIENCE = "SET LOCAL lock_timeout = '10s'";

    private final ProjectionTransactions transactions;

    public ProjectionSegments(DataSource dataSource) {
        this.transactions = new ProjectionTransactions(dataSource);
    }

    private static final String READ = """
            SELECT segment, position, token IS NOT NULL,
                   CASE WHEN claimed_at > clock_timestamp() - interval '1 minute' THEN owner END
            FROM event_store.token WHERE processor = ? ORDER BY segment""";

    /** All segments of a projection. */
    public List<ProjectionSegment> of(String projection) {
        return transactions.run("read the segments of " + projection, connection -> shown(projection, connection));
    }

    /**
     * Cuts a segment into two halves.
     *
     * @param segment which; empty for the lowest of the largest
     * @return all segments as they are now
     */
    public List<ProjectionSegment> split(String projection, OptionalInt segment, Operator operator) {
        return transactions.run("split a segment of " + projection, connection -> {
            List<Checkpoint> all = locked(projection, connection);
            Segment cut = chosen(all, segment, Comparator.comparingInt(Segment::getMask));
            if (all.size() >= MOST) {
                throw SegmentsRefused.notNow("projection %s has %d segments already".formatted(projection, MOST));
            }
            int made = cut.split()[1].getSegmentId();
            long position = checkpoint(all, cut.getSegmentId()).position();
            withhold(projection, cut.getSegmentId(), position, connection);
            update(ADD, connection, projection, made, position);
            update(COPY_PROGRESS, connection, made, projection, cut.getSegmentId());
            note(operator, "split", projection, Map.of("segment", cut.getSegmentId(), "made", made), connection);
            return shown(projection, connection);
        });
    }

    /**
     * Joins a segment with the one that it was cut from or that was cut from it.
     *
     * @param segment one of the two; empty for the lowest of the smallest
     * @return all segments as they are now
     */
    public List<ProjectionSegment> merge(String projection, OptionalInt segment, Operator operator) {
        return transactions.run("merge segments of " + projection, connection -> {
            List<Checkpoint> all = locked(projection, connection);
            if (all.size() == 1) {
                throw SegmentsRefused.notNow("projection %s has one segment only".formatted(projection));
            }
            Segment one = chosen(
                    all, segment, Comparator.comparingInt(Segment::getMask).reversed());
            Segment other = of(all, one.mergeableSegmentId());
            if (other.getMask() != one.getMask()) {
                throw SegmentsRefused.notNow("segment %d was cut on since; merge segment %d first"
                        .formatted(one.getSegmentId(), other.getSegmentId()));
            }
            int stays = Math.min(one.getSegmentId(), other.getSegmentId());
            int goes = Math.max(one.getSegmentId(), other.getSegmentId());
            long position = earlier(projection, checkpoint(all, stays), checkpoint(all, goes), connection);
            update(REMOVE, connection, projection, goes);
            update(FORGET_PROGRESS, connection, projection, goes, stays);
            withhold(projection, stays, position, connection);
            note(operator, "merge", projection, Map.of("segment", stays, "removed", goes), connection);
            return shown(projection, connection);
        });
    }

    /** Events that are offered again are harmless to rows, but would be parked twice. */
    private static long earlier(String projection, Checkpoint one, Checkpoint other, Connection connection)
            throws SQLException {
        if (one.position() != other.position() && parksAnything(projection, connection)) {
            throw SegmentsRefused.notNow(
                    "segments %d and %d of projection %s are not equally far, and it has parked events; retry or skip these, or ask again when nothing is written"
                            .formatted(one.segment(), other.segment(), projection));
        }
        return Math.min(one.position(), other.position());
    }

    private static final String PARKED =
            "SELECT EXISTS (SELECT FROM event_store.dead_letter WHERE processing_group = ?)";

    private static boolean parksAnything(String projection, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(PARKED)) {
            statement.setString(1, projection);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    private record Checkpoint(
            int segment,
            @Nullable Long stored,
            boolean ofOtherKind,
            @Nullable String node) {

        long position() {
            return stored == null ? 0 : stored;
        }
    }

    private static final String LOCK = READ + " FOR UPDATE";

    private static List<Checkpoint> locked(String projection, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(PATIENCE);
        }
        List<Checkpoint> all = read(LOCK, projection, connection);
        for (Checkpoint checkpoint : all) {
            if (checkpoint.ofOtherKind()) {
                throw SegmentsRefused.notNow("segment %d of projection %s has a token that is no position"
                        .formatted(checkpoint.segment(), projection));
            }
        }
        return all;
    }

    private static List<ProjectionSegment> shown(String projection, Connection connection) throws SQLException {
        List<Checkpoint> all = read(READ, projection, connection);
        return all.stream()
                .map(checkpoint -> new ProjectionSegment(
                        checkpoint.segment(),
                        1.0 / (of(all, checkpoint.segment()).getMask() + 1),
                        checkpoint.position(),
                        WITHHELD.equals(checkpoint.node()) ? null : checkpoint.node()))
                .toList();
    }

    private static List<Checkpoint> read(String sql, String projection, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, projection);
            try (ResultSet rows = statement.executeQuery()) {
                List<Checkpoint> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(new Checkpoint(
                            rows.getInt(1), rows.getObject(2, Long.class), rows.getBoolean(3), rows.getString(4)));
                }
                if (found.isEmpty()) {
                    throw SegmentsRefused.unknown("no node has started a projection called " + projection);
                }
                return found;
            }
        }
    }

    private static Segment chosen(List<Checkpoint> all, OptionalInt asked, Comparator<Segment> first) {
        return asked.isPresent()
                ? of(all, asked.getAsInt())
                : all.stream()
                        .map(checkpoint -> of(all, checkpoint.segment()))
                        .min(first.thenComparingInt(Segment::getSegmentId))
                        .orElseThrow();
    }

    private static Segment of(List<Checkpoint> all, int segment) {
        int[] numbers = all.stream().mapToInt(Checkpoint::segment).toArray();
        checkpoint(all, segment);
        return Segment.computeSegment(segment, numbers);
    }

    private static Checkpoint checkpoint(List<Checkpoint> all, int segment) {
        return all.stream()
                .filter(checkpoint -> checkpoint.segment() == segment)
                .findFirst()
                .orElseThrow(() -> SegmentsRefused.unknown("there is no segment %d; there are %s"
                        .formatted(
                                segment, all.stream().map(Checkpoint::segment).toList())));
    }

    /** No node's name: its claim keeps all nodes away until it runs out. */
    private static final String WITHHELD = "(segments changed)";

    private static final String WITHHOLD = """
            UPDATE event_store.token SET owner = ?, claimed_at = clock_timestamp(), position = ? WHERE processor = ? AND segment = ?""";

    private static void withhold(String projection, int segment, long position, Connection connection)
            throws SQLException {
        update(WITHHOLD, connection, WITHHELD, position == 0 ? null : position, projection, segment);
    }

    private static final String ADD =
            "INSERT INTO event_store.token (processor, segment, position, claimed_at) VALUES (?, ?, nullif(?, 0), 'epoch')";

    private static final String REMOVE = "DELETE FROM event_store.token WHERE processor = ? AND segment = ?";

    // What the half that is cut off has seen is what the whole had seen.
    private static final String COPY_PROGRESS = """
            INSERT INTO projection.progress (projection, segment, position)
            SELECT projection, ?, position FROM projection.progress WHERE projection = ? AND segment = ?
            ON CONFLICT (projection, segment) DO UPDATE SET position = EXCLUDED.position, updated_at = now()""";

    private static final String FORGET_PROGRESS = """
            WITH gone AS (DELETE FROM projection.progress WHERE projection = ? AND segment = ? RETURNING projection, position)
            UPDATE projection.progress p SET position = least(p.position, gone.position), updated_at = now()
            FROM gone WHERE p.projection = gone.projection AND p.segment = ?""";

    private static void update(String sql, Connection connection, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                if (values[i] == null) {
                    statement.setNull(i + 1, java.sql.Types.BIGINT);
                } else {
                    statement.setObject(i + 1, values[i]);
                }
            }
            statement.executeUpdate();
        }
    }

    private static void note(
            Operator operator, String action, String projection, Map<String, ?> details, Connection connection)
            throws SQLException {
        OperatorActions.record(
                connection,
                new OperatorAction(operator.actor(), "projection." + action, projection, operator.reason(), details));
    }
}
