package dev.varve.eventstore;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Connections that commit each statement, also from a pool that was told otherwise ({@code
 * spring.datasource.hikari.auto-commit: false}). For work that belongs to nobody's transaction.
 */
public final class AutoCommitDataSource extends DelegatingDataSource {

    public AutoCommitDataSource(DataSource pool) {
        super(pool);
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        try {
            if (!connection.getAutoCommit()) {
                connection.setAutoCommit(true);
            }
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }
}
