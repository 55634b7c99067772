package dev.varve.projection.replay;

import dev.varve.eventstore.OperatorAction;
import dev.varve.eventstore.OperatorActions;
import dev.varve.projection.Operator;
import dev.varve.projection.ProjectionTransactions;
import dev.varve.projection.replay.ReplayRefused.Reason;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What is known of replays, and what operators want of them. Asking writes a row; a node that runs the projections sees
 * it within two seconds, so this works from any process that reaches the database.
 */
public final class Replays {

    private final ProjectionTransactions transactions;

    public Replays(DataSource dataSource) {
        this.transactions = new ProjectionTransactions(dataSource);
    }

    /** What the live projection has not applied is none of a replay's business: it would come before what is earlier. */
    private static final String APPLIED = """
            SELECT coalesce(min(greatest(coalesce(t.position, 0), coalesce(p.position, 0))), 0)
            FROM event_store.token t LEFT JOIN projection.progress p ON p.projection = t.processor AND p.segment = t.segment
            WHERE t.processor = ?""";

    private static final String BEFORE = "SELECT event_store.position_before(?)";

    private static final String KNOWN = "SELECT count(*) FROM projection.version WHERE projection = ?";

    private static final String START = """
            INSERT INTO projection.replay (projection, after_position, position, to_position, types, streams, max_rate, dry_run, asked_by)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (projection) WHERE ended_at IS NULL DO NOTHING RETURNING id""";

    /** Asks for a replay. */
    public Replay start(ReplayRequest request, Operator operator) {
        return transactions.run("start a replay", connection -> {
            String projection = request.projection();
            if (number(KNOWN, projection, connection) == 0) {
                throw new ReplayRefused(Reason.UNKNOWN, "there is no projection called " + projection);
            }
            long applied = number(APPLIED, projection, connection);
            long after = switch (request.from()) {
                case Bound.Beginning beginning -> 0;
                case Bound.Position from -> Math.max(0, from.position() - 1);
                case Bound.Time from -> before(from.instant(), connection);
                case Bound.Now now -> applied;
            };
            long to = switch (request.to()) {
                case Bound.Beginning beginning -> 0;
                case Bound.Position upTo -> upTo.position();
                case Bound.Time upTo -> before(upTo.instant(), connection);
                case Bound.Now now -> applied;
            };
            to = Math.min(to, applied);
            if (to <= after) {
                throw new ReplayRefused(
                        Reason.IMPOSSIBLE,
                        "nothing to replay: the range begins after position %d and ends at %d; projection %s has applied up to %d"
                                .formatted(after, to, projection, applied));
            }
            long id = insert(request, after, to, operator.actor(), connection);
            note(operator, "start", projection, Map.of("replay", id, "from", after + 1, "to", to), connection);
            return one(id, connection);
        });
    }

    private static long insert(ReplayRequest request, long after, long to, String actor, Connection connection)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(START)) {
            statement.setString(1, request.projection());
            statement.setLong(2, after);
            statement.setLong(3, after);
            statement.setLong(4, to);
            statement.setArray(
                    5, connection.createArrayOf("text", request.types().toArray()));
            statement.setArray(
                    6, connection.createArrayOf("text", request.streams().toArray()));
            statement.setObject(7, request.maxRate(), Types.INTEGER);
            statement.setBoolean(8, request.dryRun());
            statement.setString(9, actor);
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next()) {
                    throw new ReplayRefused(
                            Reason.NOT_NOW, "a replay of %s is under way".formatted(request.projection()));
                }
                return rows.getLong(1);
            }
        }
    }

    private static long number(String sql, String parameter, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, parameter);
            return number(statement);
        }
    }

    private static long before(Instant instant, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(BEFORE)) {
            statement.setObject(1, instant.atOffset(ZoneOffset.UTC));
            return number(statement);
        }
    }

    private static long number(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static final String READ = """
            SELECT id, projection, state, after_position, to_position, position, events, rate, rows_changed, parked, failed, errors,
                   error, types, streams, max_rate, dry_run, CASE WHEN leased_until > clock_timestamp() THEN node END, asked_by,
                   created_at, updated_at, ended_at
            FROM projection.replay""";

    private static final String NEWEST = READ + " ORDER BY id DESC LIMIT ?";
    private static final String ONE = READ + " WHERE id = ?";

    /** The newest replays, newest first. */
    public List<Replay> newest(int limit) {
        return transactions.run("list the replays", connection -> read(NEWEST, limit, connection));
    }

    /** A replay by its number. */
    public Replay get(long id) {
        return transactions.run("read replay " + id, connection -> one(id, connection));
    }

    private static final String PAUSE =
            "UPDATE projection.replay SET state = 'paused', rate = 0, updated_at = clock_timestamp() WHERE id = ? AND state = 'running'";

    /** Holds it where it is; what is written is written, and nothing more. */
    public Replay pause(long id, Operator operator) {
        return ask(id, "pause", PAUSE, operator);
    }

    private static final String RESUME = """
            UPDATE projection.replay SET state = 'running', error = NULL, leased_until = '-infinity', updated_at = clock_timestamp()
            WHERE id = ? AND state = 'paused'""";

    /** Goes on where it was held. */
    public Replay resume(long id, Operator operator) {
        return ask(id, "resume", RESUME, operator);
    }

    private static final String CANCEL = """
            UPDATE projection.replay SET state = 'cancelled', rate = 0, ended_at = clock_timestamp(), updated_at = clock_timestamp()
            WHERE id = ? AND ended_at IS NULL""";

    /** Ends it; from then on its position says exactly what was done. */
    public Replay cancel(long id, Operator operator) {
        return ask(id, "cancel", CANCEL, operator);
    }

    private Replay ask(long id, String action, String sql, Operator operator) {
        return transactions.run(action + " replay " + id, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setLong(1, id);
                int asked = statement.executeUpdate();
                Replay replay = one(id, connection);
                if (asked == 0) {
                    throw new ReplayRefused(
                            Reason.NOT_NOW, "replay %d is %s; it cannot %s".formatted(id, replay.state(), action));
                }
                note(
                        operator,
                        action,
                        replay.projection(),
                        Map.of("replay", id, "position", replay.position()),
                        connection);
                return replay;
            }
        });
    }

    private static void note(
            Operator operator, String action, String projection, Map<String, ?> details, Connection connection)
            throws SQLException {
        OperatorActions.record(
                connection,
                new OperatorAction(operator.actor(), "replay." + action, projection, operator.reason(), details));
    }

    private static Replay one(long id, Connection connection) throws SQLException {
        Optional<Replay> found = read(ONE, id, connection).stream().findFirst();
        return found.orElseThrow(() -> new ReplayRefused(Reason.UNKNOWN, "there is no replay " + id));
    }

    private static List<Replay> read(String sql, long parameter, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, parameter);
            try (ResultSet rows = statement.executeQuery()) {
                List<Replay> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(replay(rows));
                }
                return found;
            }
        }
    }

    private static Replay replay(ResultSet rows) throws SQLException {
        long after = rows.getLong(4);
        long to = rows.getLong(5);
        long position = rows.getLong(6);
        long rate = rows.getLong(8);
        OffsetDateTime ended = rows.getObject(22, OffsetDateTime.class);
        return new Replay(
                rows.getLong(1),
                rows.getString(2),
                rows.getString(3),
                after + 1,
                to,
                position,
                position - after,
                to - after,
                rows.getLong(7),
                rate,
                secondsLeft(position - after, to - position, rows.getLong(7), rate),
                rows.getLong(9),
                rows.getLong(10),
                rows.getLong(11),
                texts(rows.getArray(12)),
                rows.getString(13),
                texts(rows.getArray(14)),
                texts(rows.getArray(15)),
                rows.getObject(16, Integer.class),
                rows.getBoolean(17),
                rows.getString(18),
                rows.getString(19),
                rows.getObject(20, OffsetDateTime.class).toInstant(),
                rows.getObject(21, OffsetDateTime.class).toInstant(),
                ended == null ? null : ended.toInstant());
    }

    /** As long as what is left takes if it holds as many wanted events as what was done. */
    private static @Nullable Long secondsLeft(long done, long left, long events, long rate) {
        return done == 0 || rate == 0 ? null : (Long) Math.round((double) events / done * left / rate);
    }

    static List<String> texts(Array array) throws SQLException {
        return Arrays.asList((String[]) array.getArray());
    }
}
