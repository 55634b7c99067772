package dev.varve.projection.rebuild;

import dev.varve.projection.Projection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jooq.Schema;
import org.jooq.Table;

/** The tables of projections and those beside them; what is done to them is written in the schema projection. */
record BesideTables(List<Table<?>> tables) {

    BesideTables {
        tables = tables.stream()
                .sorted(Comparator.comparing(BesideTables::qualified))
                .toList();
    }

    static BesideTables of(Collection<Projection<?>> projections) {
        List<Table<?>> tables = new ArrayList<>();
        projections.forEach(projection -> tables.addAll(projection.tables()));
        return new BesideTables(tables);
    }

    /** {@code schema.table}, as rows of rebuilds have it. */
    static String qualified(Table<?> table) {
        return schema(table) + '.' + table.getName();
    }

    private static String schema(Table<?> table) {
        Schema schema = table.getSchema();
        return schema == null ? "public" : Objects.requireNonNull(schema.getName());
    }

    private static final String MAKE = "SELECT projection.make_beside(?, ?, ?)";

    /** Makes all of them, empty and without indexes. */
    void make(String suffix, Connection connection) throws SQLException {
        for (Table<?> table : tables) {
            call(MAKE, table, connection, suffix);
        }
    }

    private static final String KEY = "SELECT projection.index_beside(?, ?, ?, true)";

    /** Gives all of them their primary keys. */
    void key(String suffix, Connection connection) throws SQLException {
        for (Table<?> table : tables) {
            call(KEY, table, connection, suffix);
        }
    }

    private static final String INDEX = "SELECT projection.index_beside(?, ?, ?, false)";

    /** Gives one of them all that is missing, and the planner its statistics. */
    static void index(Table<?> table, String suffix, Connection connection) throws SQLException {
        call(INDEX, table, connection, suffix);
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "ANALYZE " + dev.varve.projection.TableNames.beside(suffix).of(table));
        }
    }

    private static final String PREPARE = "SELECT projection.prepare_swap(?, ?, ?)";

    /** Makes sure that the tables with a suffix can become the living ones. */
    void prepareSwap(String suffix, Connection connection) throws SQLException {
        for (Table<?> table : tables) {
            call(PREPARE, table, connection, suffix);
        }
    }

    private static final String SWAP = "SELECT projection.swap(?, ?, ?, ?)";

    /** The tables with one suffix become the living ones, which get the other. */
    void swap(String suffix, String away, Connection connection) throws SQLException {
        for (Table<?> table : tables) {
            call(SWAP, table, connection, suffix, away);
        }
    }

    private static final String LEFTOVER =
            "SELECT format('DROP TABLE IF EXISTS %I.%I', schema_name, table_name) FROM projection.leftover";

    /** Drops what no rebuild needs any more; takes an undisturbed moment for each, or leaves it for the next time. */
    static int dropLeftovers(Connection connection) throws SQLException {
        List<String> drops = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery(LEFTOVER)) {
                while (rows.next()) {
                    drops.add(rows.getString(1));
                }
            }
            for (String drop : drops) {
                statement.execute(drop);
            }
        }
        return drops.size();
    }

    private static void call(String sql, Table<?> table, Connection connection, String... more) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schema(table));
            statement.setString(2, table.getName());
            for (int i = 0; i < more.length; i++) {
                statement.setString(3 + i, more[i]);
            }
            statement.execute();
        }
    }
}
