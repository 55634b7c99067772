package dev.varve.projection.rebuild;

import dev.varve.projection.TableNames;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jooq.Table;

/**
 * Compares a table with the one beside it, row by row, on the server. Keys and names of columns are reported, values are
 * not: they may be personal.
 */
final class Comparison {

    static final int MOST_REPORTED = 100;

    /** What really differs does so every time; what was changed between two looks does not. */
    private static final int LOOKS = 3;

    private final Work work;
    private final Lease lease;
    private final CatchingUp catchingUp;
    private final String suffix;

    Comparison(Work work, Lease lease, CatchingUp catchingUp, String suffix) {
        this.work = work;
        this.lease = lease;
        this.catchingUp = catchingUp;
        this.suffix = suffix;
    }

    /**
     * The rows that differ, at most {@link #MOST_REPORTED} and one more if there are more. Rows that the live processors
     * were still changing do not count.
     */
    List<String> run(long from) throws SQLException, InterruptedException {
        Set<String> found = new LinkedHashSet<>(look(from));
        for (int i = 1; i < LOOKS && !found.isEmpty(); i++) {
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(300));
            found.retainAll(look(from));
        }
        return List.copyOf(found);
    }

    /** The processors are held up only until a snapshot is taken in which both sides have come equally far. */
    private List<String> look(long from) throws SQLException, InterruptedException {
        long position = catchingUp.run(from);
        try (Connection comparing = work.dataSource().getConnection()) {
            comparing.setAutoCommit(false);
            comparing.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            long[] slowest = {0};
            try (Connection holding = work.dataSource().getConnection()) {
                holding.setAutoCommit(false);
                LiveCheckpoints live = LiveCheckpoints.lock(work.projections(), holding);
                lease.inTransaction(
                        connection -> catchingUp.apply(position, Math.max(position, live.furthest()), connection));
                slowest[0] = live.slowest().values().stream()
                        .mapToLong(Long::longValue)
                        .min()
                        .orElse(0);
                takeSnapshot(comparing);
            }
            List<String> found = new ArrayList<>();
            for (Table<?> table : BesideTables.of(work.projections()).tables()) {
                found.addAll(differences(table, suffix, slowest[0], comparing));
            }
            return found;
        }
    }

    private static void takeSnapshot(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_current_snapshot()");
        }
    }

    private static final String KEY = """
            SELECT a.attname FROM pg_index i
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
            WHERE i.indrelid = ?::regclass AND i.indisprimary ORDER BY a.attnum""";

    /** Without the key this compares nothing; a table without one has no rows that could be told apart. */
    private static List<String> differences(Table<?> table, String suffix, long decidedUpTo, Connection connection)
            throws SQLException {
        String living = TableNames.LIVING.of(table);
        List<String> key = key(living, connection);
        String sameKey = key.stream()
                .map(column -> "l.%1$s = b.%1$s".formatted(TableNames.quoted(column)))
                .collect(Collectors.joining(" AND "));
        String keyText = key.stream()
                .map(column -> "'%s=' || coalesce(l.%s, b.%s)::text"
                        .formatted(column.replace("'", "''"), TableNames.quoted(column), TableNames.quoted(column)))
                .collect(Collectors.joining(" || ' ' || "));
        String sql = """
                SELECT %s,
                       CASE WHEN l IS NULL THEN 'is only in the new table' WHEN b IS NULL THEN 'is only in the living table'
                            ELSE 'differs in ' || (SELECT string_agg(o.key, ', ' ORDER BY o.key)
                                                  FROM jsonb_each(to_jsonb(l)) o JOIN jsonb_each(to_jsonb(b)) n USING (key)
                                                  WHERE o.value IS DISTINCT FROM n.value) END
                FROM %s l FULL JOIN %s b ON %s
                WHERE (l.position IS NULL OR b.position IS NULL OR to_jsonb(l) <> to_jsonb(b))
                  AND greatest(l.position, b.position) <= ? ORDER BY 1 LIMIT %d""".formatted(keyText, living, TableNames.beside(suffix).of(table), sameKey, MOST_REPORTED + 1);
        List<String> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, decidedUpTo);
            ResultSet rows = statement.executeQuery();
            while (rows.next()) {
                found.add("%s %s %s".formatted(BesideTables.qualified(table), rows.getString(1), rows.getString(2)));
            }
        }
        return found;
    }

    private static List<String> key(String table, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(KEY)) {
            statement.setString(1, table);
            try (ResultSet rows = statement.executeQuery()) {
                List<String> columns = new ArrayList<>();
                while (rows.next()) {
                    columns.add(rows.getString(1));
                }
                return columns;
            }
        }
    }
}
