package dev.varve.migrations;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * An empty database beside the living one, on the same server, gone when it is closed. Its name is that of the session
 * that made it and holds it: what a killed process left behind is known by its session that is not there any more.
 */
final class ScratchDatabase implements AutoCloseable {

    private static final String PREFIX = "varve_scratch_";

    private static final String ABANDONED = """
            SELECT d.datname FROM pg_database d
            WHERE d.datname ~ '^varve_scratch_[0-9]+$'
              AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE 'varve_scratch_' || a.pid = d.datname)
              AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = d.datname)
            """;

    private final Connection holder;
    private final PGSimpleDataSource scratch;
    private final String name;

    private ScratchDatabase(Connection holder, PGSimpleDataSource scratch, String name) {
        this.holder = holder;
        this.scratch = scratch;
        this.name = name;
    }

    /** @throws MigrationFailed if the role may not create databases */
    static ScratchDatabase beside(PGSimpleDataSource living) throws SQLException {
        Connection holder = living.getConnection();
        try (Statement statement = holder.createStatement()) {
            for (String abandoned : names(statement, ABANDONED)) {
                statement.execute("DROP DATABASE IF EXISTS " + abandoned);
            }
            String name = PREFIX + names(statement, "SELECT pg_backend_pid()").getFirst();
            statement.execute("DROP DATABASE IF EXISTS " + name);
            statement.execute("CREATE DATABASE %s TEMPLATE template0".formatted(name));
            return new ScratchDatabase(holder, copy(living, name), name);
        } catch (SQLException e) {
            holder.close();
            if ("42501".equals(e.getSQLState())) {
                throw new MigrationFailed(
                        "the schemas are built from nothing in a database beside, and role %s may not create one; grant it CREATEDB or use another role"
                                .formatted(living.getUser()),
                        e);
            }
            throw e;
        }
    }

    private static List<String> names(Statement statement, String query) throws SQLException {
        List<String> names = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
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
        try (holder;
                Statement statement = holder.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(name));
        }
    }
}
