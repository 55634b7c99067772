package dev.varve.eventstore;

import static dev.varve.eventstore.Facts.append;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.testkit.TestDatabase;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A transaction has appended and is open for as long as it likes, while another node appends. What comes later is not to be
 * seen before it: a reader that went on from there would never see what was written first.
 */
class OpenAppendIT {

    private final TestDatabase database = TestDatabase.migrated();
    private final HikariDataSource dataSource = PostgresEventLogIT.pool(database);
    private final PostgresEventLog log = new PostgresEventLog(dataSource, AppendSettings.defaults(), new LogSignals());
    private final PostgresEventLog other =
            new PostgresEventLog(dataSource, AppendSettings.defaults(), new LogSignals());
    private final JdbcTemplate observer = new JdbcTemplate(database.dataSource());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void close() {
        threads.close();
        other.close();
        log.close();
        dataSource.close();
    }

    @Test
    void is_seen_before_what_was_appended_later() throws Exception {
        Future<Appended> later =
                Objects.requireNonNull(new TransactionTemplate(new DataSourceTransactionManager(dataSource))
                        .execute(status -> {
                            log.append(append("first", 0, 2));
                            Future<Appended> behind = threads.submit(() -> other.append(append("later", 0, 1)));
                            await().until(() -> behind.isDone() || waits());
                            assertThat(observer.queryForList("SELECT position FROM event_store.event"))
                                    .isEmpty();
                            return behind;
                        }));

        assertThat(later.get()).isEqualTo(new Appended(3, false));
        assertThat(log.read(0, 10).stream().map(RecordedEvent::streamId)).containsExactly("first", "first", "later");
    }

    private boolean waits() {
        return !observer.queryForList("""
                        SELECT pid FROM pg_stat_activity
                        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%event_store.append%'
                        """).isEmpty();
    }
}
