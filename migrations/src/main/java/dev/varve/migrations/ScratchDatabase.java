package dev.varve.migrations;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.ds.PGSimpleDataSource;

/** An empty database beside the living one, on the same server, gone when it is closed. */
final class ScratchDatabase implements AutoCloseable {

    private final PGSimpleDataSource living;
    private final PGSimpleDataSource scratch;
    private final String name;

    private ScratchDatabase(PGSimpleDataSource living, PGSimpleDataSource scratch, String name) {
        this.living = living;
        this.scratch = scratch;
        this.name = name;
    }

    /** @throws MigrationFailed if the role may not create databases */
    static ScratchDatabase beside(PGSimpleDataSource living) throws SQLException {
        try (Connection connection = living.getConnection();
                Statement statement = connection.createStatement()) {
            // The session's own number: no other session can be using the name.
            String name = "varve_scratch_" + session(statement);
            statement.execute("DROP DATABASE IF EXISTS " + name);
            statement.execute("CREATE DATABASE %s TEMPLATE template0".formatted(name));
            return new ScratchDatabase(living, copy(living, name), name);
        } catch (SQLException e) {
            if ("42501".equals(e.getSQLState())) {
                throw new MigrationFailed(
                        "the schemas are built from nothing in a database beside, and role %s may not create one; grant it CREATEDB or use another role"
                                .formatted(living.getUser()),
                        e);
            }
            throw e;
        }
    }

    private static String session(Statement statement) throws SQLException {
        try (var row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            return row.getString(1);
        }
    }

    private static PGSimpleDataSource copy(PGSimpleDataSource living, String name) {
        PGSimpleDataSource copy = new PGSimpleDataSource();
        copy.setUrl(living.getURL());
        copy.setUser(living.getUser());
        copy.setPassword(living.getPassword());
        copy.setDatabaseName(name);
        return copy;
    }

    PGSimpleDataSource dataSource() {
        return scratch;
    }

    @Override
    public void close() throws SQLException {
        try (Connection connection = living.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(name));
        }
    }
}
