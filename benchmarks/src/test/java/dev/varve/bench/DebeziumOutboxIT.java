package dev.varve.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.migrations.Migrations;
import dev.varve.testkit.faults.RestartablePostgres;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

class DebeziumOutboxIT {

    /** Of the partition that begins with the first number; the payload says which message it is. */
    private static final String WRITE = """
            INSERT INTO outbox.message (position, id, aggregatetype, aggregateid, type, payload, ts, event_position, headers)
            SELECT n, gen_random_uuid(), 'weather.place', 'key-' || n %% 7, 'dev.varve.weather.rained.v1',
                   json_build_object('n', n), now() AT TIME ZONE 'UTC', n, '{}'
            FROM generate_series(%d, %d) AS n
            """;

    private final BlockingQueue<ChangeEvent<String, String>> events = new LinkedBlockingQueue<>();

    @Test
    void reads_our_outbox_as_it_is_also_after_a_partition_was_dropped(@TempDir Path data) throws Exception {
        try (RestartablePostgres server = RestartablePostgres.in(
                data, Map.of("wal_level", "logical", "max_replication_slots", "4", "max_wal_senders", "4"))) {
            PGSimpleDataSource database = server.dataSource("postgres");
            database.setPassword("postgres");
            new Migrations(database).up();
            execute(database, WRITE.formatted(999_501, 1_000_500));
            execute(database, "DROP TABLE outbox.message_000000000000001");

            try (DebeziumOutbox debezium = new DebeziumOutbox(database, Map.of(), this::keep)) {
                take(500);
                execute(database, WRITE.formatted(1_000_501, 1_001_500));
                List<ChangeEvent<String, String>> streamed = take(1_000);

                assertThat(streamed).extracting(ChangeEvent::destination).containsOnly("outbox.event.weather.place");
                assertThat(streamed.stream().map(ChangeEvent::value).toList())
                        .containsExactlyElementsOf(IntStream.rangeClosed(1_000_501, 1_001_500)
                                .mapToObj(DebeziumOutboxIT::value)
                                .toList());
                assertThat(streamed.getFirst().key()).contains("key-" + 1_000_501 % 7);
                assertThat(debezium.end(30)).isTrue();
            }
        }
    }

    private void keep(
            List<ChangeEvent<String, String>> batch,
            DebeziumEngine.RecordCommitter<ChangeEvent<String, String>> committer)
            throws InterruptedException {
        for (ChangeEvent<String, String> event : batch) {
            events.add(event);
            committer.markProcessed(event);
        }
        committer.markBatchFinished();
    }

    private List<ChangeEvent<String, String>> take(int count) {
        return IntStream.range(0, count).mapToObj(i -> take()).toList();
    }

    private ChangeEvent<String, String> take() {
        try {
            ChangeEvent<String, String> event = events.poll(60, TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError("Debezium brought nothing for a minute");
            }
            return event;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static String value(int n) {
        // The payload's own text, as a string of JSON.
        return "\"{\\\"n\\\" : %d}\"".formatted(n);
    }

    private static void execute(PGSimpleDataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
