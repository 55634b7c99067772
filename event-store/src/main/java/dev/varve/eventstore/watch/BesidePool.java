package dev.varve.eventstore.watch;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/** Connects to the database of a pool without the pool, so that nobody has to give a connection back first. */
public final class BesidePool {

    private static final String LOGIN_TIMEOUT = "loginTimeout";
    private static final String SOCKET_TIMEOUT = "socketTimeout";

    private final DataSource dataSource;
    private final @Nullable HikariDataSource pool;
    private final Map<String, String> limits;

    private BesidePool(DataSource dataSource, Map<String, String> limits) {
        this.dataSource = dataSource;
        this.pool = pool(dataSource);
        this.limits = limits;
    }

    /**
     * For those who want to know whether the database answers: two seconds are enough to connect.
     *
     * @param answer how long an answer is waited for, in seconds
     */
    public static BesidePool impatient(DataSource dataSource, Duration answer) {
        return new BesidePool(
                dataSource, Map.of(LOGIN_TIMEOUT, "2", SOCKET_TIMEOUT, Long.toString(answer.toSeconds())));
    }

    /** For those who need an answer: connecting may take as long as for the pool, and an answer as long as it likes. */
    public static BesidePool patient(DataSource dataSource) {
        return new BesidePool(dataSource, Map.of(SOCKET_TIMEOUT, "0"));
    }

    private static @Nullable HikariDataSource pool(DataSource dataSource) {
        try {
            return dataSource.isWrapperFor(HikariDataSource.class) ? dataSource.unwrap(HikariDataSource.class) : null;
        } catch (SQLException e) {
            throw new IllegalArgumentException("the data source cannot be looked into: " + e.getMessage(), e);
        }
    }

    /** Null where the data source is no pool that can be looked into. */
    public @Nullable HikariDataSource pool() {
        return pool;
    }

    /** One of the data source's own where that is no pool. */
    public Connection connect() throws SQLException {
        if (pool == null) {
            return dataSource.getConnection();
        }
        if (pool.getDataSource() != null) {
            return pool.getDataSource().getConnection();
        }
        Connection connection = new Driver().connect(pool.getJdbcUrl(), properties(pool));
        if (connection == null) {
            throw new SQLException("not the address of a PostgreSQL");
        }
        return connection;
    }

    Properties properties(HikariDataSource pool) {
        Properties properties = new Properties();
        // The pool gives its own wait to the driver where nothing else is set.
        properties.setProperty(LOGIN_TIMEOUT, Long.toString(Math.ceilDiv(pool.getConnectionTimeout(), 1_000L)));
        properties.putAll(pool.getDataSourceProperties());
        properties.putAll(limits);
        if (pool.getUsername() != null) {
            properties.setProperty("user", pool.getUsername());
        }
        if (pool.getPassword() != null) {
            properties.setProperty("password", pool.getPassword());
        }
        return properties;
    }
}
