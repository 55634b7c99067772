package dev.varve.testkit.faults;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A transaction that has written and then does nothing: what holds up whoever waits for all transactions to end. */
public final class HeldTransaction implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HeldTransaction.class);

    private final DataSource dataSource;
    private Connection connection;

    private HeldTransaction(DataSource dataSource) throws SQLException {
        this.dataSource = dataSource;
        this.connection = begin();
    }

    public static HeldTransaction on(DataSource dataSource) throws SQLException {
        return new HeldTransaction(dataSource);
    }

    private Connection begin() throws SQLException {
        Connection begun = dataSource.getConnection();
        begun.setAutoCommit(false);
        try (Statement statement = begun.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE held AS SELECT pg_current_xact_id() AS xid");
        }
        return begun;
    }

    /** Begins another one if the server has ended this one. */
    public void renew() throws SQLException {
        if (!connection.isValid(5)) {
            close();
            connection = begin();
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // The server went away with it, which is an end, too.
            log.debug("held transaction was gone reason={}", e.getMessage());
        }
    }
}
