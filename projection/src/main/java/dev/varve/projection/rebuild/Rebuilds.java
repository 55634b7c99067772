package dev.varve.projection.rebuild;

import dev.varve.eventstore.OperatorAction;
import dev.varve.eventstore.OperatorActions;
import dev.varve.projection.Operator;
import dev.varve.projection.ProjectionTransactions;
import dev.varve.projection.rebuild.Rebuild.Part;
import dev.varve.projection.rebuild.Rebuild.State;
import dev.varve.projection.rebuild.Rebuild.Wanted;
import dev.varve.projection.rebuild.RebuildRefused.Reason;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What is known of rebuilds, and what operators want of them. Asking writes a row; a node that runs the projections sees
 * it within two seconds, so this works from any process that reaches the database.
 */
public final class Rebuilds {

    private final ProjectionTransactions transactions;

    public Rebuilds(DataSource dataSource) {
        this.transactions = new ProjectionTransactions(dataSource);
    }

    private static final String START = """
            INSERT INTO projection.rebuild (switch_itself, compare, max_rate, asked_by) VALUES (?, ?, ?, ?) RETURNING id""";

    private static final String ADD_PARTS = """
            INSERT INTO projection.rebuild_part (rebuild, projection, version, tables)
            SELECT ?, projection, code_version, tables FROM projection.version WHERE projection = ANY (?)
            ON CONFLICT (projection) WHERE building DO NOTHING RETURNING projection""";

    /**
     * Asks for a rebuild.
     *
     * @throws RebuildRefused if a projection is unknown, or is being rebuilt
     */
    public Rebuild start(RebuildRequest request, Operator operator) {
        return transactions.run("start a rebuild", connection -> {
            Set<String> missing = new TreeSet<>(request.projections());
            known(connection).forEach(missing::remove);
            if (!missing.isEmpty()) {
                throw new RebuildRefused(
                        Reason.UNKNOWN,
                        "there is no projection called %s; there are %s".formatted(missing, known(connection)));
            }
            long id = insert(request, operator, connection);
            missing.addAll(request.projections());
            try (PreparedStatement statement = connection.prepareStatement(ADD_PARTS)) {
                statement.setLong(1, id);
                statement.setArray(
                        2,
                        connection.createArrayOf("text", request.projections().toArray()));
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        missing.remove(rows.getString(1));
                    }
                }
            }
            if (!missing.isEmpty()) {
                throw new RebuildRefused(Reason.UNDER_WAY, "a rebuild of %s is under way".formatted(missing));
            }
            note(operator, "rebuild", id, request.projections(), connection);
            return one(id, connection);
        });
    }

    private static void note(Operator operator, String what, long id, List<String> projections, Connection connection)
            throws SQLException {
        OperatorActions.record(
                connection,
                new OperatorAction(
                        operator.actor(),
                        "projection." + what,
                        String.join(",", projections),
                        operator.reason(),
                        Map.of("rebuild", id)));
    }

    private static long insert(RebuildRequest request, Operator operator, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(START)) {
            statement.setBoolean(1, request.switchItself());
            statement.setBoolean(2, request.compare());
            statement.setObject(3, request.maxRate(), java.sql.Types.INTEGER);
            statement.setString(4, operator.actor());
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    private static final String KNOWN = "SELECT projection FROM projection.version ORDER BY projection";

    private static List<String> known(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(KNOWN);
                ResultSet rows = statement.executeQuery()) {
            List<String> names = new ArrayList<>();
            while (rows.next()) {
                names.add(rows.getString(1));
            }
            return names;
        }
    }

    private static final String READ = """
            SELECT r.id, r.state, r.wanted, r.switch_itself, r.compare, r.max_rate, r.position, r.scanned, r.target, r.events,
                   r.rate, r.differences, r.error, CASE WHEN r.leased_until > clock_timestamp() THEN r.node END, r.asked_by,
                   r.created_at, r.updated_at, r.switched_at, r.kept_until, r.ended_at
            FROM projection.rebuild r""";

    private static final String NEWEST = READ + " ORDER BY r.id DESC LIMIT ?";

    /** The newest rebuilds, newest first. */
    public List<Rebuild> newest(int limit) {
        return transactions.run("list the rebuilds", connection -> read(NEWEST, limit, connection));
    }

    private static final String ONE = READ + " WHERE r.id = ?";

    public Optional<Rebuild> find(long id) {
        return transactions.run(
                "read rebuild " + id,
                connection -> read(ONE, id, connection).stream().findFirst());
    }

    private static final String OF_PROJECTION = READ
            + " WHERE r.id = (SELECT max(p.rebuild) FROM projection.rebuild_part p"
            + " JOIN projection.rebuild o ON o.id = p.rebuild"
            + " WHERE p.projection = ? AND (p.building OR o.state = 'switched' OR NOT ?))";

    /**
     * The latest rebuild of a projection.
     *
     * @param inForce whether one that has ended and left nothing behind does not count
     */
    public Optional<Rebuild> latestOf(String projection, boolean inForce) {
        return transactions.run("find the rebuild of " + projection, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(OF_PROJECTION)) {
                statement.setString(1, projection);
                statement.setBoolean(2, inForce);
                return read(statement).stream().findFirst();
            }
        });
    }

    private static final String PAUSE = "UPDATE projection.rebuild SET wanted = 'pause' WHERE id = ? AND wanted = 'run'"
            + " AND state IN ('filling', 'indexing', 'catching-up', 'comparing')";

    /** Holds it where it is; a node keeps what it has done and lets go. */
    public Rebuild pause(long id, Operator operator) {
        return ask(id, "pause", "paused", PAUSE, operator);
    }

    private static final String RESUME =
            "UPDATE projection.rebuild SET wanted = 'run' WHERE id = ? AND wanted = 'pause'";

    public Rebuild resume(long id, Operator operator) {
        return ask(id, "resume", "resumed", RESUME, operator);
    }

    private static final String SWITCH = "UPDATE projection.rebuild SET wanted = 'switch' WHERE id = ?"
            + " AND state IN ('filling', 'indexing', 'catching-up', 'comparing', 'ready') AND wanted IN ('run', 'switch')";

    /** Lets the new tables become the living ones as soon as they can, whatever a comparison found. */
    public Rebuild switchOver(long id, Operator operator) {
        return ask(id, "switch", "switched", SWITCH, operator);
    }

    private static final String UNDO =
            "UPDATE projection.rebuild SET wanted = 'undo', error = NULL WHERE id = ? AND state = 'switched'";

    /** Lets the old tables, brought up to date, become the living ones again. */
    public Rebuild undo(long id, Operator operator) {
        return ask(id, "undo", "undone", UNDO, operator);
    }

    private static final String CANCEL = "UPDATE projection.rebuild SET wanted = 'cancel' WHERE id = ?"
            + " AND state IN ('filling', 'indexing', 'catching-up', 'comparing', 'ready')";

    /** Gives it up; the tables beside are dropped. */
    public Rebuild cancel(long id, Operator operator) {
        return ask(id, "cancel", "cancelled", CANCEL, operator);
    }

    private Rebuild ask(long id, String action, String what, String sql, Operator operator) {
        return transactions.run("ask of rebuild " + id, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setLong(1, id);
                int asked = statement.executeUpdate();
                Rebuild rebuild = one(id, connection);
                if (asked == 0) {
                    throw new RebuildRefused(
                            Reason.NOT_NOW,
                            "rebuild %d is %s%s and cannot be %s"
                                    .formatted(
                                            id,
                                            rebuild.state().word(),
                                            rebuild.wanted() == Wanted.RUN
                                                    ? ""
                                                    : " (asked to "
                                                            + rebuild.wanted().word() + ")",
                                            what));
                }
                note(operator, action, id, rebuild.projections(), connection);
                return rebuild;
            }
        });
    }

    private static final String LEFTOVER =
            "SELECT schema_name || '.' || table_name FROM projection.leftover ORDER BY 1";

    /** Tables that rebuilds made and nobody needs; a node drops them within a minute. */
    public List<String> leftovers() {
        return transactions.run("find the leftovers of rebuilds", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(LEFTOVER);
                    ResultSet rows = statement.executeQuery()) {
                List<String> names = new ArrayList<>();
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
                return names;
            }
        });
    }

    static Rebuild one(long id, Connection connection) throws SQLException {
        return read(ONE, id, connection).stream()
                .findFirst()
                .orElseThrow(() -> new RebuildRefused(Reason.UNKNOWN, "there is no rebuild " + id));
    }

    private static List<Rebuild> read(String sql, long parameter, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, parameter);
            return read(statement);
        }
    }

    private static List<Rebuild> read(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            List<Rebuild> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rebuild(rows, parts(rows.getLong(1), statement.getConnection())));
            }
            return found;
        }
    }

    private static final String PARTS = """
            SELECT projection, version, tables, old_version, old_position FROM projection.rebuild_part
            WHERE rebuild = ? ORDER BY projection""";

    private static List<Part> parts(long id, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(PARTS)) {
            statement.setLong(1, id);
            try (ResultSet rows = statement.executeQuery()) {
                List<Part> parts = new ArrayList<>();
                while (rows.next()) {
                    parts.add(new Part(
                            rows.getString(1),
                            rows.getInt(2),
                            texts(rows.getArray(3)),
                            rows.getObject(4, Integer.class),
                            rows.getObject(5, Long.class)));
                }
                return parts;
            }
        }
    }

    private static Rebuild rebuild(ResultSet rows, List<Part> parts) throws SQLException {
        return new Rebuild(
                rows.getLong(1),
                State.of(rows.getString(2)),
                Wanted.of(rows.getString(3)),
                parts,
                rows.getBoolean(4),
                rows.getBoolean(5),
                rows.getObject(6, Integer.class),
                rows.getLong(7),
                rows.getLong(8),
                rows.getLong(9),
                rows.getLong(10),
                rows.getLong(11),
                texts(rows.getArray(12)),
                rows.getString(13),
                rows.getString(14),
                rows.getString(15),
                rows.getObject(16, OffsetDateTime.class).toInstant(),
                rows.getObject(17, OffsetDateTime.class).toInstant(),
                instant(rows.getObject(18, OffsetDateTime.class)),
                instant(rows.getObject(19, OffsetDateTime.class)),
                instant(rows.getObject(20, OffsetDateTime.class)));
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private static List<String> texts(Array array) throws SQLException {
        return Arrays.asList((String[]) array.getArray());
    }
}
