package dev.varve.app.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.varve.testkit.TestDatabase;
import dev.varve.testkit.faults.PostgresProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DelegatingDataSource;

class DatabaseWatchIT {

    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final long USUAL_WAIT_MS = 10_000;

    private final TestDatabase database = TestDatabase.empty();
    private final PostgresProxy proxy = PostgresProxy.before(database.dataSource());
    private final HikariDataSource pool = pool();
    private final DatabaseWatch watch = new DatabaseWatch(pool, Clock.systemUTC());

    @BeforeEach
    void start() {
        watch.start();
    }

    @AfterEach
    void end() {
        pool.close();
        proxy.close();
    }

    @Test
    void knows_at_once_that_the_database_is_gone_and_that_it_is_back() {
        assertThat(watch.awaySince()).isEmpty();

        proxy.refuse();
        assertThat(watch.awaySince()).isPresent();

        proxy.admitAgain();
        await().atMost(LONGEST)
                .untilAsserted(() -> assertThat(watch.awaySince()).isEmpty());
    }

    @Test
    void nobody_waits_long_for_a_connection_of_a_database_that_is_away_for_long() {
        proxy.freeze();
        await().atMost(LONGEST)
                .untilAsserted(() ->
                        assertThatThrownBy(pool::getConnection).hasMessageMatching(".*timed out after 1\\d{3}ms.*"));

        proxy.thaw();
        await().atMost(LONGEST)
                .untilAsserted(() -> assertThat(pool.getConnectionTimeout()).isEqualTo(USUAL_WAIT_MS));
    }

    @Test
    void an_end_meanwhile_breaks_off_what_waits_for_an_answer() throws SQLException {
        CompletableFuture<Void> waiting = waitForAnAnswer();
        proxy.freeze();
        watch.stop();

        await().atMost(LONGEST).until(waiting::isCompletedExceptionally);
        assertThatThrownBy(pool::getConnection).hasMessageContaining("closed");
    }

    @Test
    void an_end_while_the_database_answers_leaves_the_pool_to_those_who_use_it() throws SQLException {
        watch.stop();

        assertThat(watch.awaySince()).isEmpty();
        try (Connection connection = pool.getConnection()) {
            assertThat(connection.isValid(1)).isTrue();
        }
    }

    @Test
    void asks_another_server_than_the_one_that_takes_no_writes() {
        AtomicInteger opened = new AtomicInteger();
        try (HikariDataSource leadingLater = new HikariDataSource()) {
            leadingLater.setDataSource(new DelegatingDataSource(database.dataSource()) {
                @Override
                public Connection getConnection() throws SQLException {
                    Connection session = super.getConnection();
                    if (opened.incrementAndGet() == 1) {
                        try (Statement statement = session.createStatement()) {
                            statement.execute("SET default_transaction_read_only = on");
                        }
                    }
                    return session;
                }
            });
            DatabaseWatch asking = new DatabaseWatch(leadingLater, Clock.systemUTC());
            asking.start();

            await().atMost(LONGEST).until(() -> opened.get() == 2);
            assertThat(asking.awaySince()).isEmpty();
        }
    }

    private CompletableFuture<Void> waitForAnAnswer() throws SQLException {
        Connection connection = pool.getConnection();
        return CompletableFuture.runAsync(() -> {
            try (connection;
                    Statement statement = connection.createStatement()) {
                statement.execute("SELECT pg_sleep(60)");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private HikariDataSource pool() {
        DatabaseWatch.preparePools();
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(
                proxy.jdbcUrl(Objects.requireNonNull(database.dataSource().getDatabaseName())));
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.setMaximumPoolSize(2);
        config.setConnectionTimeout(USUAL_WAIT_MS);
        config.addDataSourceProperty("loginTimeout", "5");
        return new HikariDataSource(config);
    }
}
