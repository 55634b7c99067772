package dev.varve.migrations;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The table in which Flyway remembers, in each schema, what was run. */
final class History {

    static final String TABLE = "schema_history";

    private static final String SCHEMA_EXISTS = "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = ?)";

    private static final String EXISTS = "SELECT to_regclass(quote_ident(?) || '.schema_history') IS NOT NULL";

    private static final String VERSIONS = """
            SELECT version::int, installed_on::text
            FROM {schema}.schema_history
            WHERE success AND version ~ '^[1-9][0-9]*$'
            """;

    private static final String CHECKSUMS = """
            SELECT script, CASE WHEN bool_and(success) THEN (array_agg(checksum ORDER BY installed_rank DESC))[1] END
            FROM {schema}.schema_history
            WHERE type <> 'SCHEMA'
            GROUP BY script
            """;

    private static final String FORGET = "DELETE FROM {schema}.schema_history WHERE version = ?";

    /** What failed outside of a transaction; Flyway would refuse to go on. */
    private static final String FORGET_FAILED = "DELETE FROM {schema}.schema_history WHERE NOT success";

    /** A repeatable file describes the newest version, so it is run again on the way up. */
    private static final String FORGET_REPEATABLES = "DELETE FROM {schema}.schema_history WHERE version IS NULL";

    private static final String DEFINITION = """
            CREATE TABLE {schema}.schema_history (
                installed_rank int NOT NULL CONSTRAINT schema_history_pk PRIMARY KEY,
                version varchar(50), description varchar(200) NOT NULL, type varchar(20) NOT NULL,
                script varchar(1000) NOT NULL, checksum int, installed_by varchar(100) NOT NULL,
                installed_on timestamp NOT NULL DEFAULT now(), execution_time int NOT NULL, success boolean NOT NULL);
            CREATE INDEX schema_history_s_idx ON {schema}.schema_history (success)
            """;

    private static final String READ = """
            SELECT installed_rank, version, description, type, script, checksum, execution_time
            FROM {schema}.schema_history
            WHERE version ~ '^[1-9][0-9]*$' AND version::int <= ?
            ORDER BY installed_rank
            """;

    private static final String WRITE = """
            INSERT INTO {schema}.schema_history
                (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
            VALUES (?, ?, ?, ?, ?, ?, current_user, ?, true)
            """;

    private History() {}

    /** Makes a history in a schema that has none, with the lines that a schema of ours got when it was migrated. */
    static void copy(Connection from, Connection to, String schema, int version) throws SQLException {
        to.setAutoCommit(false);
        try (Statement define = to.createStatement();
                PreparedStatement read = from.prepareStatement(in(schema, READ));
                PreparedStatement write = to.prepareStatement(in(schema, WRITE))) {
            define.execute(in(schema, DEFINITION));
            read.setInt(1, version);
            try (ResultSet rows = read.executeQuery()) {
                while (rows.next()) {
                    for (int column = 1; column <= 7; column++) {
                        write.setObject(column, rows.getObject(column));
                    }
                    write.addBatch();
                }
            }
            write.executeBatch();
            to.commit();
        } finally {
            to.rollback();
            to.setAutoCommit(true);
        }
    }

    static boolean schemaExists(Connection connection, String schema) throws SQLException {
        return ask(connection, SCHEMA_EXISTS, schema);
    }

    static boolean exists(Connection connection, String schema) throws SQLException {
        return ask(connection, EXISTS, schema);
    }

    /** Version to the time at which it was run; empty if the schema has no history. */
    static SortedMap<Integer, String> versions(Connection connection, String schema) throws SQLException {
        SortedMap<Integer, String> versions = new TreeMap<>();
        if (exists(connection, schema)) {
            try (PreparedStatement statement = connection.prepareStatement(in(schema, VERSIONS));
                    ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    versions.put(rows.getInt(1), rows.getString(2));
                }
            }
        }
        return versions;
    }

    /** File to the checksum with which it was run last, null if it ever failed; empty if the schema has no history. */
    static Map<String, @Nullable Integer> checksums(Connection connection, String schema) throws SQLException {
        Map<String, @Nullable Integer> checksums = new HashMap<>();
        if (exists(connection, schema)) {
            try (PreparedStatement statement = connection.prepareStatement(in(schema, CHECKSUMS));
                    ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    checksums.put(rows.getString(1), rows.getObject(2, Integer.class));
                }
            }
        }
        return checksums;
    }

    static void forget(Connection connection, String schema, int version) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(in(schema, FORGET))) {
            statement.setString(1, Integer.toString(version));
            statement.executeUpdate();
        }
        try (PreparedStatement statement = connection.prepareStatement(in(schema, FORGET_REPEATABLES))) {
            statement.executeUpdate();
        }
    }

    static void forgetFailed(Connection connection, String schema) throws SQLException {
        if (exists(connection, schema)) {
            try (PreparedStatement statement = connection.prepareStatement(in(schema, FORGET_FAILED))) {
                statement.executeUpdate();
            }
        }
    }

    /** A schema's name comes from a folder of ours, never from outside. */
    private static String in(String schema, String sql) {
        return sql.replace("{schema}", schema);
    }

    private static boolean ask(Connection connection, String sql, String schema) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schema);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}
