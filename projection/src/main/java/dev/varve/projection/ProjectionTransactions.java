package dev.varve.projection;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Transactions on what is kept about projections, each on a connection of its own. */
public final class ProjectionTransactions {

    private final DataSource dataSource;

    public ProjectionTransactions(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * All of it or nothing. Closing a connection with an open transaction rolls it back, also where the connection is
     * broken and a rollback would only hide why.
     *
     * @param what completes the sentence "could not ..."
     * @throws ProjectionFailed if the database refuses it or cannot be reached
     */
    public <T> T run(String what, Work<T> work) {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            T result = work.on(connection);
            connection.commit();
            return result;
        } catch (SQLException e) {
            throw new ProjectionFailed("could not " + what + ": " + e.getMessage(), e);
        }
    }

    /** What one transaction does. */
    @FunctionalInterface
    public interface Work<T> {
        T on(Connection connection) throws SQLException;
    }
}
