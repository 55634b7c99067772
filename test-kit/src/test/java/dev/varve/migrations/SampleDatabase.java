package dev.varve.migrations;

import dev.varve.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.postgresql.ds.PGSimpleDataSource;

/** A database of one test's own with the small schemas of one folder below {@code db}. */
record SampleDatabase(PGSimpleDataSource dataSource, MigrationFiles files) {

    static SampleDatabase with(String folder) {
        return new SampleDatabase(TestDatabase.empty().dataSource(), new MigrationFiles("db/" + folder));
    }

    Migrations migrations() {
        return new Migrations(dataSource, Timeouts.DEFAULT, files);
    }

    Verification verification() {
        return new Verification(dataSource, files);
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    String ask(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    SortedMap<String, String> catalog(String schema) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return Catalog.of(connection, schema);
        }
    }

    SortedMap<String, String> catalogs() throws SQLException {
        SortedMap<String, String> all = new TreeMap<>();
        for (String schema : files.schemas()) {
            all.putAll(catalog(schema));
        }
        return all;
    }

    /** What an alteration by hand makes of a schema; it is undone afterwards. */
    List<Drift> driftAfter(String schema, String alteration) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            SortedMap<String, String> before = Catalog.of(connection, schema);
            connection.setAutoCommit(false);
            statement.execute(alteration);
            return Drift.between(before, Catalog.of(connection, schema));
        }
    }
}
