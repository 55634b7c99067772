package dev.varve.testkit.faults;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/** The log that everybody writes first: positions from a sequence, readers that remember the highest one they saw. */
final class SequenceLog implements CheckedNode {

    private static final String CONFLICT = "23505";

    private final DataSource dataSource;

    SequenceLog(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    void create() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    CREATE TABLE event (
                        position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                        id text NOT NULL, stream text NOT NULL, version bigint NOT NULL, UNIQUE (stream, version))
                    """);
        }
    }

    @Override
    public Answer append(List<Fact> facts) {
        return appendInTransaction(facts, Duration.ZERO, false);
    }

    @Override
    public Answer appendInTransaction(List<Fact> facts, Duration thinkTime, boolean rollBack) {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            insert(connection, facts);
            LockSupport.parkNanos(thinkTime.toNanos());
            if (rollBack) {
                connection.rollback();
                return Answer.REFUSED;
            }
            connection.commit();
            return Answer.WRITTEN;
        } catch (SQLException e) {
            if (CONFLICT.equals(e.getSQLState())) {
                return Answer.REFUSED;
            }
            throw new IllegalStateException(e);
        }
    }

    private static void insert(Connection connection, List<Fact> facts) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("INSERT INTO event (id, stream, version) VALUES (?, ?, ?)")) {
            for (Fact fact : facts) {
                statement.setString(1, fact.id());
                statement.setString(2, fact.stream());
                statement.setLong(3, fact.version());
                statement.executeUpdate();
            }
        }
    }

    @Override
    public long version(String stream) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("SELECT coalesce(max(version), -1) FROM event WHERE stream = ?")) {
            statement.setString(1, stream);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public List<Sighting> read(long after, int limit) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT position, id, stream, version FROM event WHERE position > ? ORDER BY 1 LIMIT ?")) {
            statement.setLong(1, after);
            statement.setInt(2, limit);
            try (ResultSet rows = statement.executeQuery()) {
                List<Sighting> page = new ArrayList<>();
                while (rows.next()) {
                    page.add(new Sighting(
                            rows.getLong(1),
                            rows.getString(2),
                            rows.getString(3),
                            rows.getLong(4),
                            System.currentTimeMillis()));
                }
                return page;
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
