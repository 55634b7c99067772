package dev.varve.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.eventstore.Append;
import dev.varve.eventstore.AppendSettings;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.NewMessage;
import dev.varve.eventstore.PostgresEventLog;
import dev.varve.eventstore.RecordedEvent;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Two sessions begin a transaction and say nothing more, as debuggers, reports and deployments that were cut short leave
 * them. One has read all that is ours and keeps its snapshot, the other has written elsewhere and keeps its locks.
 */
@Timeout(120)
class IdleTransactionsIT {

    private static final int WRITERS = 8;
    private static final int APPENDS = 60;
    private static final long ALL = WRITERS * APPENDS;
    private static final int PARTITION = 100;

    private final Outbox outbox = new Outbox();
    private final JdbcTemplate database = new JdbcTemplate(outbox.dataSource);
    private final PostgresEventLog log =
            new PostgresEventLog(outbox.dataSource, AppendSettings.defaults(), outbox.signals);
    private final RecordingSink sink = new RecordingSink();
    private final List<Connection> idle = new ArrayList<>();

    @BeforeEach
    void beginAndFallSilent() throws SQLException {
        database.execute("""
                DO $$
                DECLARE p regclass;
                BEGIN
                    FOR p IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'outbox.message'::regclass LOOP
                        EXECUTE 'DROP TABLE ' || p;
                    END LOOP;
                    PERFORM outbox.make_partition(1 + n * %1$d, %1$d) FROM generate_series(0, 9) AS n;
                END
                $$
                """.formatted(PARTITION));
        database.execute("CREATE TABLE public.report (line text)");
        outbox.subscribe("weather", FailurePolicy.DEFAULT);
        begin(
                Connection.TRANSACTION_REPEATABLE_READ,
                "SELECT (SELECT count(*) FROM event_store.event), (SELECT count(*) FROM outbox.message),"
                        + " (SELECT count(*) FROM outbox.delivery), (SELECT count(*) FROM outbox.relay_node)");
        begin(
                Connection.TRANSACTION_READ_COMMITTED,
                "INSERT INTO public.report VALUES ('to be continued');"
                        + " LOCK TABLE public.report IN ACCESS EXCLUSIVE MODE");
    }

    /** On a connection that is not of the pool, so that nobody else is given it. */
    private void begin(int isolation, String first) throws SQLException {
        Connection connection = outbox.dataSource.getDataSource().getConnection();
        idle.add(connection);
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(isolation);
        try (Statement statement = connection.createStatement()) {
            statement.execute(first);
        }
    }

    @AfterEach
    void close() throws SQLException {
        endAll();
        log.close();
        outbox.close();
    }

    private void endAll() throws SQLException {
        for (Connection connection : idle) {
            connection.close();
        }
    }

    @Test
    void hold_up_neither_writers_nor_readers_nor_the_relay() throws Exception {
        outbox.node(sink);
        List<String> waited = new ArrayList<>();
        List<Long> read = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> writers = new ArrayList<>();
            for (int n = 0; n < WRITERS; n++) {
                String key = "place-" + n;
                writers.add(threads.submit(() -> write(key)));
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                waited.addAll(whoWaitsForThem());
                readOn(read);
                return read.size() == ALL && sink.taken().size() == ALL;
            });
            for (Future<?> writer : writers) {
                writer.get();
            }
        }

        assertThat(waited).isEmpty();
        assertThat(read).containsExactlyElementsOf(everyPosition());
        assertThat(sink.positions()).containsExactlyInAnyOrderElementsOf(everyPosition());
        assertThat(sink.byKey())
                .hasSize(WRITERS)
                .allSatisfy((key, positions) -> assertThat(positions).isSorted());
        await().until(() -> outbox.subscriptions.status("weather").position() == ALL);
        assertThat(stillIdle()).isEqualTo(idle.size());
    }

    @Test
    void keep_old_messages_from_being_dropped_until_they_end_and_nothing_else() throws SQLException {
        outbox.node(sink);
        write("place");
        await().until(() -> outbox.subscriptions.status("weather").position() == APPENDS);
        write("place-" + 2);
        await().until(() -> outbox.subscriptions.status("weather").position() == 2 * APPENDS);

        try (Retention retention = new Retention(outbox.dataSource, Duration.ZERO)) {
            assertThatThrownBy(retention::drop)
                    .isInstanceOf(OutboxException.class)
                    .hasMessageContaining("lock timeout");
            write("place-" + 3);
            await().until(() -> sink.taken().size() == 3 * APPENDS);

            endAll();
            assertThat(retention.drop()).isEqualTo(1);
        }
        assertThat(outbox.messages.earliest()).isEqualTo(PARTITION + 1);
    }

    private void write(String key) {
        byte[] json = "{}".getBytes(StandardCharsets.UTF_8);
        for (int n = 0; n < APPENDS; n++) {
            String id = UUID.randomUUID().toString();
            NewMessage message =
                    new NewMessage(NewMessage.idOf(id, 0), "weather.place", key, Outbox.TYPE, json, Map.of());
            log.append(Append.of(List.of(new NewEvent(
                    id, "thing", key, n, "thing.happened", null, Instant.EPOCH, json, json, List.of(message)))));
        }
    }

    private void readOn(List<Long> read) {
        log.read(read.size(), 1_000).stream().map(RecordedEvent::position).forEach(read::add);
    }

    private static List<Long> everyPosition() {
        return LongStream.rangeClosed(1, ALL).boxed().toList();
    }

    private static final String IDLE = """
            SELECT pid FROM pg_stat_activity
            WHERE datname = current_database() AND state = 'idle in transaction' AND query LIKE '%relay_node%'
               OR datname = current_database() AND state = 'idle in transaction' AND query LIKE '%public.report%'
            """;

    private List<String> whoWaitsForThem() {
        return database.queryForList(
                "SELECT query FROM pg_stat_activity WHERE pg_blocking_pids(pid) && ARRAY(" + IDLE + ")", String.class);
    }

    private int stillIdle() {
        return database.queryForList(IDLE, Integer.class).size();
    }
}
