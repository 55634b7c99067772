package dev.varve.eventstore;

import static dev.varve.eventstore.Facts.append;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.varve.migrations.Migrations;
import dev.varve.testkit.faults.RestartablePostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Transactions that notify take one lock of the whole server before they commit and keep it until they have. Here one of
 * them does not come to its end, because it waits for a standby that is not there; only it waits for that.
 */
@Timeout(120)
class NotifyLockIT {

    private static final int APPENDS = 300;

    @TempDir
    private Path folder;

    @Test
    void holds_up_no_append_and_many_are_told_in_one_word_once_it_is_free() throws Exception {
        try (RestartablePostgres postgres = RestartablePostgres.in(
                        folder.resolve("data"),
                        Map.of("synchronous_standby_names", "nobody", "synchronous_commit", "local"));
                HikariDataSource pool = migrated(postgres);
                Connection ears = pool.getConnection();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            JdbcTemplate database = new JdbcTemplate(pool);
            LogSignals signals = new LogSignals();
            try (PostgresEventLog log = new PostgresEventLog(pool, AppendSettings.defaults(), signals);
                    WakeUps wakeUps = new WakeUps(pool, signals)) {
                listen(ears);
                wakeUps.start();
                log.append(append("before", 0, 1));
                await().until(() -> heard(ears, 1) > 0);

                Future<?> holder = threads.submit(() -> notifyAndWait(postgres));
                await().until(() -> waiting(database, "SyncRep") == 1);
                for (int n = 0; n < APPENDS; n++) {
                    log.append(append("stream-" + n, 0, 1));
                }
                await().until(() -> waiting(database, "object") == 1);
                assertThat(log.head()).isEqualTo(APPENDS + 1);
                assertThat(heard(ears, 1)).isZero();

                database.queryForList("""
                        SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'
                        """);
                holder.get();
                // The word that waited, and one for all that came meanwhile.
                assertThat(heardUntilSilent(ears)).isBetween(1L, 2L);
            }
        }
    }

    private static HikariDataSource migrated(RestartablePostgres postgres) {
        new Migrations(postgres.dataSource("postgres")).up();
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(postgres.jdbcUrl("postgres"));
        config.setUsername(postgres.user());
        config.setMaximumPoolSize(6);
        return new HikariDataSource(config);
    }

    /** As another node does, so that there is somebody to tell. */
    private static void listen(Connection connection) throws SQLException {
        connection.setClientInfo("ApplicationName", WakeUps.LISTENING);
        execute(connection, "LISTEN " + WakeUps.CHANNEL);
    }

    private static void notifyAndWait(RestartablePostgres postgres) {
        try (Connection connection = postgres.dataSource("postgres").getConnection()) {
            execute(connection, "SET synchronous_commit = on");
            connection.setAutoCommit(false);
            execute(connection, "CREATE TABLE public.of_others (line text)");
            execute(connection, "NOTIFY of_others");
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int waiting(JdbcTemplate database, String event) {
        return database.queryForList("SELECT pid FROM pg_stat_activity WHERE wait_event = ?", Integer.class, event)
                .size();
    }

    /** How often it was said that the log grew, since it was last asked. */
    private static long heard(Connection ears, int millis) throws SQLException {
        return Arrays.stream(ears.unwrap(PGConnection.class).getNotifications(millis))
                .filter(one -> one.getParameter().equals(WakeUps.GREW))
                .count();
    }

    private static long heardUntilSilent(Connection ears) throws SQLException {
        long all = 0;
        for (long more = heard(ears, 30_000); more > 0; more = heard(ears, 200)) {
            all += more;
        }
        return all;
    }
}
