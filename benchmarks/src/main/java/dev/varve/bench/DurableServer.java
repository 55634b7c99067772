package dev.varve.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.varve.migrations.Migrations;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL server that keeps what it commits: the embedded binaries with every durable setting on. Its write-ahead
 * log can be decoded, which costs all who write the same, because one of the peers reads it.
 */
final class DurableServer implements AutoCloseable {

    private final EmbeddedPostgres postgres;
    private final AtomicInteger databases = new AtomicInteger();

    DurableServer() throws IOException {
        postgres = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("shared_buffers", "1GB")
                .setServerConfig("max_wal_size", "8GB")
                .setServerConfig("max_connections", "200")
                .setServerConfig("wal_level", "logical")
                .start();
    }

    /** A pool on a new database in which all migrations were run. */
    HikariDataSource newDatabase(int connections) throws SQLException {
        String name = "bench_" + databases.incrementAndGet();
        execute("CREATE DATABASE " + name);
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(postgres.getJdbcUrl("postgres", name) + "&reWriteBatchedInserts=true");
        config.setMaximumPoolSize(connections);
        HikariDataSource pool = new HikariDataSource(config);
        new Migrations(pool).up();
        return pool;
    }

    /** Where the database of a pool is, for those who do not take a pool. */
    PGSimpleDataSource unpooled(HikariDataSource pool) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(pool.getJdbcUrl());
        return dataSource;
    }

    /** What autovacuum would have done a minute after these databases were filled. */
    void analyze(HikariDataSource... pools) throws SQLException {
        for (HikariDataSource pool : pools) {
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("VACUUM ANALYZE");
            }
        }
    }

    /**
     * Puts the server where one in service is: what was written is on disk, and the segments of the write-ahead log up to
     * here are there to be used again. A young server fills each new one with zeros first, so writes everything twice.
     */
    void checkpoint() throws SQLException {
        execute("CHECKPOINT");
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** What another node has: a pool of its own on the same database. */
    HikariDataSource anotherNode(HikariDataSource first) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(first.getJdbcUrl());
        config.setMaximumPoolSize(first.getMaximumPoolSize());
        return new HikariDataSource(config);
    }

    /** The server's version and the settings that decide over durability, as it reports them itself. */
    String description() throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery("""
                        SELECT 'PostgreSQL ' || current_setting('server_version')
                            || ', fsync ' || current_setting('fsync')
                            || ', synchronous_commit ' || current_setting('synchronous_commit')
                        """)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static final String DROP_SLOTS = """
            SELECT pg_terminate_backend(active_pid, 10000) FROM pg_replication_slots WHERE active;
            SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
            """;

    /** PostgreSQL ends in time only where nobody must still be sent something and little is left to write down. */
    @Override
    public void close() throws IOException {
        try {
            execute(DROP_SLOTS);
            checkpoint();
        } catch (SQLException e) {
            throw new IOException("PostgreSQL could not be made ready to end", e);
        } finally {
            postgres.close();
        }
    }
}
