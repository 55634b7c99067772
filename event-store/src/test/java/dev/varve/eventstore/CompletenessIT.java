package dev.varve.eventstore;

import static dev.varve.eventstore.Facts.append;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Writers of both kinds, roll-backs and a transaction that stays open, on two nodes; live readers must miss nothing. */
class CompletenessIT {

    private static final int WRITERS = 24;
    private static final int APPENDS = 60;

    @Test
    void readers_see_every_event_once_in_order_and_wait_for_nobody() throws Exception {
        TestDatabase database = TestDatabase.migrated();
        try (HikariDataSource dataSource = PostgresEventLogIT.pool(database);
                PostgresEventLog one = new PostgresEventLog(dataSource, AppendSettings.defaults(), new LogSignals());
                PostgresEventLog two = new PostgresEventLog(dataSource, AppendSettings.defaults(), new LogSignals());
                var open = database.dataSource().getConnection();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            open.setAutoCommit(false);
            open.createStatement().execute("CREATE TABLE held AS SELECT 1 AS n");

            AtomicBoolean written = new AtomicBoolean();
            AtomicLong acknowledged = new AtomicLong();
            Future<List<RecordedEvent>> reader = threads.submit(() -> follow(one, written));
            Future<List<RecordedEvent>> other = threads.submit(() -> follow(two, written));
            List<Callable<Void>> writers = new ArrayList<>();
            for (int n = 0; n < WRITERS; n++) {
                String stream = "stream-" + n;
                PostgresEventLog node = n % 2 == 0 ? one : two;
                boolean joins = n % 6 == 0;
                writers.add(() -> joins
                        ? writeInTransactions(node, dataSource, stream, acknowledged)
                        : write(node, stream, acknowledged));
            }
            for (Future<Void> writer : threads.invokeAll(writers)) {
                writer.get();
            }
            written.set(true);

            for (List<RecordedEvent> seen : List.of(reader.get(), other.get())) {
                assertDenseAndOrdered(seen);
                assertThat(seen).hasSize((int) acknowledged.get());
            }
            open.rollback();
        }
    }

    private static List<RecordedEvent> follow(EventLog log, AtomicBoolean written) {
        List<RecordedEvent> seen = new ArrayList<>();
        while (true) {
            boolean last = written.get();
            List<RecordedEvent> page =
                    log.read(seen.isEmpty() ? 0 : seen.getLast().position(), 200);
            seen.addAll(page);
            if (page.isEmpty() && last) {
                return seen;
            }
        }
    }

    private static Void write(EventLog log, String stream, AtomicLong acknowledged) {
        for (int version = 0; version < APPENDS; version += 2) {
            log.append(append(stream, version, 2));
            acknowledged.addAndGet(2);
        }
        return null;
    }

    private static Void writeInTransactions(
            EventLog log, HikariDataSource dataSource, String stream, AtomicLong acknowledged) {
        TransactionTemplate transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        long version = 0;
        for (int n = 0; n < APPENDS / 2; n++) {
            long next = version;
            boolean rollBack = n % 5 == 4;
            transaction.executeWithoutResult(status -> {
                log.append(append(stream, next, 1));
                if (rollBack) {
                    status.setRollbackOnly();
                }
            });
            if (!rollBack) {
                version++;
                acknowledged.incrementAndGet();
            }
        }
        return null;
    }

    private static void assertDenseAndOrdered(List<RecordedEvent> seen) {
        Map<String, Long> versions = new HashMap<>();
        long position = 0;
        for (RecordedEvent event : seen) {
            assertThat(event.position()).isEqualTo(++position);
            assertThat(event.version()).isEqualTo(versions.merge(event.streamId(), 0L, (before, zero) -> before + 1));
        }
    }
}
