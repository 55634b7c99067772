package dev.varve.eventstore;

import static dev.varve.eventstore.Facts.append;
import static dev.varve.eventstore.Facts.fact;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.testkit.TestDatabase;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.PreferQueryMode;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Messages stand or fall with the events they belong to. */
class MessagesIT {

    private final TestDatabase database = TestDatabase.migrated();
    private HikariDataSource dataSource;
    private PostgresEventLog log;

    @BeforeEach
    void open() {
        dataSource = PostgresEventLogIT.pool(database);
        log = new PostgresEventLog(dataSource, AppendSettings.defaults(), new LogSignals());
    }

    @AfterEach
    void close() {
        log.close();
        dataSource.close();
    }

    @Test
    void they_are_written_with_their_events_under_dense_positions_of_their_own() throws Exception {
        log.append(append("quiet", 0, 3));
        log.append(Append.of(List.of(telling("a", 0, 2), fact("a", 1), telling("a", 2, 1))));
        log.append(Append.of(List.of(telling("b", 0, 1))));

        List<Sent> sent = sent();

        assertThat(sent).extracting(Sent::position).containsExactly(1L, 2L, 3L, 4L);
        assertThat(sent).extracting(Sent::eventPosition).containsExactly(4L, 4L, 6L, 7L);
        assertThat(sent).extracting(Sent::key).containsExactly("a", "a", "a", "b");
    }

    @Test
    void what_was_written_is_there_unchanged() throws Exception {
        NewEvent event = telling("a", 0, 1);
        log.append(Append.of(List.of(event)));

        assertThat(sent()).containsExactly(whole(event));
    }

    @Test
    void so_it_is_over_the_simple_protocol() throws Exception {
        NewEvent event = telling("a", 0, 1);

        PGSimpleDataSource simple = database.dataSource();
        simple.setPreferQueryMode(PreferQueryMode.SIMPLE);
        try (Connection connection = simple.getConnection()) {
            AppendStatement.run(connection, 0, List.of(Append.of(List.of(event))));
        }

        assertThat(sent()).containsExactly(whole(event));
    }

    @Test
    void so_it_is_over_a_connection_that_keeps_the_driver_to_itself() throws Exception {
        NewEvent event = telling("a", 0, 1);

        try (Connection connection = dataSource.getConnection()) {
            AppendStatement.run(keepingDriver(connection), 0, List.of(Append.of(List.of(event))));
        }

        assertThat(sent()).containsExactly(whole(event));
    }

    private static Connection keepingDriver(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                MessagesIT.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) ->
                        method.getName().equals("isWrapperFor") ? false : method.invoke(connection, arguments));
    }

    @Test
    void of_a_batch_only_those_go_out_whose_events_were_written() throws Exception {
        log.append(append("taken", 0, 2));
        List<Append> batch = List.of(
                Append.of(List.of(telling("a", 0, 1), fact("a", 1))),
                Append.of(List.of(telling("taken", 0, 2))),
                Append.of(List.of(fact("b", 0), telling("b", 1, 2))));

        try (Connection connection = dataSource.getConnection()) {
            AppendStatement.run(connection, 0, batch);
        }

        assertThat(sent()).extracting(Sent::key).containsExactly("a", "b", "b");
        assertThat(sent()).extracting(Sent::position).containsExactly(1L, 2L, 3L);
        assertThat(sent()).extracting(Sent::eventPosition).containsExactly(3L, 6L, 6L);
    }

    @Test
    void a_joined_append_rolls_them_back_and_leaves_no_gap() throws Exception {
        TransactionTemplate transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        transaction.executeWithoutResult(status -> {
            log.append(Append.of(List.of(telling("a", 0, 3))));
            status.setRollbackOnly();
        });
        transaction.executeWithoutResult(status -> {
            log.append(Append.of(List.of(telling("a", 0, 1))));
            log.append(Append.of(List.of(telling("b", 0, 1))));
        });

        assertThat(sent()).extracting(Sent::position).containsExactly(1L, 2L);
        assertThat(sent()).extracting(Sent::eventPosition).containsExactly(1L, 2L);
    }

    @Test
    void an_append_sent_again_sends_nothing_again() throws Exception {
        Append once = Append.of(List.of(telling("a", 0, 2)));
        Append command = new Append(List.of(telling("b", 0, 1)), Map.of(), "command-1");
        Append again = new Append(List.of(telling("b", 1, 1)), Map.of(), "command-1");
        log.append(once);
        log.append(command);

        assertThat(log.append(once).earlier()).isTrue();
        assertThat(log.append(again).earlier()).isTrue();

        assertThat(sent()).hasSize(3);
    }

    @Test
    void one_that_the_database_refuses_takes_its_event_with_it() throws Exception {
        NewEvent event = fact("a", 0);
        NewMessage broken = new NewMessage(
                NewMessage.idOf(event.eventId(), 0),
                "thing",
                "a",
                "t",
                "{ not JSON".getBytes(StandardCharsets.UTF_8),
                Map.of());

        assertThatThrownBy(() -> log.append(Append.of(List.of(with(event, List.of(broken))))))
                .isInstanceOf(AppendFailedException.class)
                .hasMessageContaining("nothing was written");

        assertThat(log.head()).isZero();
        assertThat(sent()).isEmpty();
    }

    @Test
    void a_log_without_an_outbox_works_as_long_as_nothing_goes_out() throws Exception {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA outbox CASCADE");
        }
        log.append(append("a", 0, 2));
        try (Partitions partitions = new Partitions(dataSource, 1_000, 1)) {
            assertThat(partitions.makeAhead()).isZero();
        }
        assertThat(log.head()).isEqualTo(2);
    }

    @Test
    void an_id_depends_on_the_event_and_the_place_only() {
        assertThat(NewMessage.idOf("e1", 0)).isEqualTo(NewMessage.idOf("e1", 0));
        assertThat(List.of(NewMessage.idOf("e1", 0), NewMessage.idOf("e1", 1), NewMessage.idOf("e2", 0)))
                .doesNotHaveDuplicates();
    }

    @Test
    void the_first_message_has_the_id_of_its_event_where_that_is_a_uuid() {
        String event = "0195a7f0-6c1e-7b43-9a52-5d0f3f6d2e11";

        assertThat(NewMessage.idOf(event, 0)).hasToString(event);
        assertThat(NewMessage.idOf(event, 1)).isNotEqualTo(NewMessage.idOf(event, 0));
        assertThat(NewMessage.idOf("0195a7f0-6c1e-7b43-9a52-5d0f3f6d2e1g", 0).version())
                .isEqualTo(3);
        assertThat(NewMessage.idOf("0195a7f0.6c1e-7b43-9a52-5d0f3f6d2e11", 0).version())
                .isEqualTo(3);
    }

    private static NewEvent telling(String stream, long version, int messages) {
        NewEvent event = fact(stream, version);
        List<NewMessage> outgoing = new ArrayList<>();
        for (int n = 0; n < messages; n++) {
            outgoing.add(new NewMessage(
                    NewMessage.idOf(event.eventId(), n),
                    "thing",
                    stream,
                    "dev.varve.thing.happened.v1",
                    "{\"name\": \"\u00dcbung\",  \"n\":%d}".formatted(n).getBytes(StandardCharsets.UTF_8),
                    headers()));
        }
        return with(event, outgoing);
    }

    /** The message of an event that is the first one of all. */
    private static Sent whole(NewEvent event) {
        return new Sent(
                1,
                NewMessage.idOf(event.eventId(), 0),
                "thing",
                "a",
                "dev.varve.thing.happened.v1",
                "{\"name\": \"\u00dcbung\",  \"n\":0}",
                LocalDateTime.of(2026, 3, 1, 12, 0),
                1,
                "{\"traceparent\":\"00-1\",\"quote\":\"\\\"\"}");
    }

    private static Map<String, String> headers() {
        Map<String, String> headers = new java.util.LinkedHashMap<>();
        headers.put("traceparent", "00-1");
        headers.put("quote", "\"");
        return headers;
    }

    private static NewEvent with(NewEvent event, List<NewMessage> messages) {
        return new NewEvent(
                event.eventId(),
                event.streamType(),
                event.streamId(),
                event.version(),
                event.type(),
                event.revision(),
                event.recordedAt(),
                event.payload(),
                event.metadata(),
                messages);
    }

    private record Sent(
            long position,
            UUID id,
            String topic,
            String key,
            String type,
            String payload,
            LocalDateTime at,
            long eventPosition,
            String headers) {}

    private List<Sent> sent() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM outbox.message ORDER BY position")) {
            List<Sent> sent = new ArrayList<>();
            while (rows.next()) {
                sent.add(new Sent(
                        rows.getLong("position"),
                        rows.getObject("id", UUID.class),
                        rows.getString("aggregatetype"),
                        rows.getString("aggregateid"),
                        rows.getString("type"),
                        rows.getString("payload"),
                        rows.getObject("ts", LocalDateTime.class),
                        rows.getLong("event_position"),
                        rows.getString("headers")));
            }
            return sent;
        }
    }
}
