package dev.varve.outbox;

import dev.varve.eventstore.AutoCommitDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** Runs statements of this package, each on a connection of its own unless one is given. */
final class Sql {

    private static final int UNBOUNDED = Integer.MAX_VALUE;
    private static final long LONGEST_WAIT_SECONDS = 10;

    private final DataSource dataSource;
    private final Semaphore share;

    Sql(DataSource dataSource) {
        this(dataSource, UNBOUNDED);
    }

    /**
     * With a share of the connections, so that those who come to it wait for each other and not for the pool's other users.
     *
     * @param connections at once, at most
     */
    Sql(DataSource dataSource, int connections) {
        this.dataSource = new AutoCommitDataSource(dataSource);
        this.share = new Semaphore(connections, true);
    }

    <T> List<T> list(String what, String sql, Binding binding, Row<T> row) {
        return on(what, connection -> list(connection, sql, binding, row));
    }

    static <T> List<T> list(Connection connection, String sql, Binding binding, Row<T> row) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            binding.bind(statement);
            try (ResultSet rows = statement.executeQuery()) {
                List<T> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(row.read(rows));
                }
                return found;
            }
        }
    }

    <T> Optional<T> one(String what, String sql, Binding binding, Row<T> row) {
        return list(what, sql, binding, row).stream().findFirst();
    }

    int update(String what, String sql, Binding binding) {
        return on(what, connection -> update(connection, sql, binding));
    }

    static int update(Connection connection, String sql, Binding binding) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            binding.bind(statement);
            return statement.executeUpdate();
        }
    }

    <T> T on(String what, Work<T> work) {
        takeShare(what);
        try (Connection connection = dataSource.getConnection()) {
            return work.on(connection);
        } catch (SQLException e) {
            throw new OutboxException("could not " + what + ": " + e.getMessage(), e);
        } finally {
            share.release();
        }
    }

    private void takeShare(String what) {
        try {
            if (!share.tryAcquire(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new OutboxException("could not %s: the connections of its share were in use for %d s"
                        .formatted(what, LONGEST_WAIT_SECONDS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutboxException("could not %s: interrupted".formatted(what), e);
        }
    }

    /** All or nothing. */
    <T> T inTransaction(String what, Work<T> work) {
        return on(what, connection -> {
            connection.setAutoCommit(false);
            try {
                T result = work.on(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        });
    }

    static void array(PreparedStatement statement, int index, String type, Collection<?> values) throws SQLException {
        statement.setArray(index, statement.getConnection().createArrayOf(type, values.toArray()));
    }

    @FunctionalInterface
    interface Binding {
        void bind(PreparedStatement statement) throws SQLException;

        static Binding none() {
            return statement -> {};
        }
    }

    @FunctionalInterface
    interface Row<T> {
        T read(ResultSet rows) throws SQLException;
    }

    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }
}
