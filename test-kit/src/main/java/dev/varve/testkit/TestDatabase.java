package dev.varve.testkit;

import dev.varve.migrations.Migrations;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A database of one test's own, with all migrations run, on the PostgreSQL server that all tests of this JVM share.
 *
 * <p>Made as a copy of a migrated template, so it costs a fraction of a second; never cleaned up, because the server
 * goes with the JVM.
 */
public final class TestDatabase {

    /** How long an embedded server may take to start: long, since a machine under load is no failure of a test. */
    public static final Duration STARTUP_WAIT = Duration.ofMinutes(1);

    private static final String TEMPLATE = "varve_template";
    private static final AtomicInteger NEXT = new AtomicInteger();

    private final PostgresServer server;
    private final String name;

    private TestDatabase(PostgresServer server, String name) {
        this.server = server;
        this.name = name;
    }

    /** A new database with every schema migrated. */
    public static TestDatabase migrated() {
        Template.ensure();
        return create("TEMPLATE " + TEMPLATE);
    }

    /** A new database without anything in it. */
    public static TestDatabase empty() {
        return create("");
    }

    private static TestDatabase create(String options) {
        PostgresServer server = PostgresServer.shared();
        String name = "varve_test_" + NEXT.incrementAndGet();
        execute(server.dataSource("postgres"), "CREATE DATABASE " + name + " " + options);
        return new TestDatabase(server, name);
    }

    private static void execute(DataSource dataSource, String sql) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("the test database refused: " + sql, e);
        }
    }

    /** Connections without a pool; wrap it where a test needs one. */
    public PGSimpleDataSource dataSource() {
        return server.dataSource(name);
    }

    public String jdbcUrl() {
        return server.jdbcUrl(name);
    }

    public String user() {
        return server.user();
    }

    public String password() {
        return server.password();
    }

    /** What an application of Spring's without a web server is told to have it as its DataSource. */
    public String[] springArguments() {
        return new String[] {
            "--spring.main.web-application-type=none",
            "--spring.datasource.url=" + jdbcUrl(),
            "--spring.datasource.username=" + user(),
            "--spring.datasource.password=" + password()
        };
    }

    /** Made once for each JVM, by whichever test comes first. */
    private static final class Template {
        static {
            PostgresServer server = PostgresServer.shared();
            execute(server.dataSource("postgres"), "CREATE DATABASE " + TEMPLATE);
            new Migrations(server.dataSource(TEMPLATE)).up();
        }

        static void ensure() {
            // Touching the class is what runs its initialiser.
        }
    }
}
