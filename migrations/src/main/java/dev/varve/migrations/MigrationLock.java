package dev.varve.migrations;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * At most one migration runs in a database at a time; other nodes wait, then find the work done. The lock belongs to a
 * session, so it goes with a node that dies.
 */
final class MigrationLock implements AutoCloseable {

    /** Any number will do, as long as it never changes: two releases must agree on it. */
    private static final String TAKE = "SELECT pg_advisory_lock(7026321590241)";

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final Connection connection;

    private MigrationLock(Connection connection) {
        this.connection = connection;
    }

    static MigrationLock take(DataSource dataSource) throws SQLException {
        Connection connection = dataSource.getConnection();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET lock_timeout = " + PATIENCE.toMillis());
            statement.execute("SET statement_timeout = 0");
            statement.execute(TAKE);
            return new MigrationLock(connection);
        } catch (SQLException e) {
            connection.close();
            if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw new MigrationFailed(
                        "another node has been migrating this database for more than %d minutes; nothing was done here"
                                .formatted(PATIENCE.toMinutes()),
                        e);
            }
            throw e;
        }
    }

    /** The session that holds the lock; idle, and free for statements of the migration itself. */
    Connection connection() {
        return connection;
    }

    @Override
    public void close() throws SQLException {
        try (connection;
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_unlock_all()");
            statement.execute("RESET lock_timeout");
            statement.execute("RESET statement_timeout");
        }
    }
}
