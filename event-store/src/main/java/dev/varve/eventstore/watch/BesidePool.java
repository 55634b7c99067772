package dev.varve.eventstore.watch;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/** Connects to the database of a pool without the pool, so that nobody has to give a connection back first. */
public final class BesidePool {

    private static final String SECONDS_TO_CONNECT = "2";

    private final DataSource dataSource;
    private final @Nullable HikariDataSource pool;
    private final Duration answer;

    /** @param answer how long an answer is waited for, in seconds */
    public BesidePool(DataSource dataSource, Duration answer) {
        this.dataSource = dataSource;
        this.pool = pool(dataSource);
        this.answer = answer;
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
        Properties properties = new Properties();
        properties.putAll(pool.getDataSourceProperties());
        properties.setProperty("loginTimeout", SECONDS_TO_CONNECT);
        properties.setProperty("socketTimeout", Long.toString(answer.toSeconds()));
        if (pool.getUsername() != null) {
            properties.setProperty("user", pool.getUsername());
        }
        if (pool.getPassword() != null) {
            properties.setProperty("password", pool.getPassword());
        }
        Connection connection = new Driver().connect(pool.getJdbcUrl(), properties);
        if (connection == null) {
            throw new SQLException("not the address of a PostgreSQL");
        }
        return connection;
    }
}
