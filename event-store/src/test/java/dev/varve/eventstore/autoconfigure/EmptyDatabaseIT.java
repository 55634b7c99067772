package dev.varve.eventstore.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.sql.DataSource;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.GenericEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** An application that has nothing of ours but the artifact, and a database in which nothing is. */
class EmptyDatabaseIT {

    private static final String OURS =
            "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('public', 'information_schema') ORDER BY 1";

    private final TestDatabase database = TestDatabase.empty();

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Reader.class)
    static class Application {}

    @Component
    static class Reader {

        private final Queue<String> read = new ConcurrentLinkedQueue<>();

        @EventHandler
        void on(String event) {
            read.add(event);
        }
    }

    @Test
    void is_ready_for_events_once_it_has_started() {
        try (ConfigurableApplicationContext application = start(database.user())) {
            application.getBean(EventStore.class).publish(GenericEventMessage.asEventMessage("first"));

            await().untilAsserted(() ->
                    assertThat(application.getBean(Reader.class).read).containsExactly("first"));
            assertThat(application.getBean(JdbcTemplate.class).queryForList(OURS, String.class))
                    .as("nothing of the server or of its contexts")
                    .containsExactly("event_store", "outbox", "projection");
        }
    }

    @Test
    void starts_with_a_role_that_may_change_no_schema_once_all_is_there() throws SQLException {
        start(database.user()).close();
        execute("CREATE ROLE plain LOGIN PASSWORD 'plain'");
        try {
            execute("""
                    GRANT USAGE ON SCHEMA event_store, outbox, projection TO plain;
                    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA event_store, outbox, projection TO plain
                    """);
            try (ConfigurableApplicationContext application = start("plain")) {
                application.getBean(EventStore.class).publish(GenericEventMessage.asEventMessage("first"));

                assertThat(application
                                .getBean(JdbcTemplate.class)
                                .queryForList("SELECT position FROM event_store.event"))
                        .hasSize(1);
            }
        } finally {
            execute("DROP OWNED BY plain; DROP ROLE plain");
        }
    }

    /** As after a failover, while the server that leads no more lives: others than appends meet its sessions, too. */
    @Test
    void gives_up_a_session_that_may_not_write() throws SQLException {
        try (ConfigurableApplicationContext application = start(database.user());
                Connection session = application.getBean(DataSource.class).getConnection();
                Statement statement = session.createStatement()) {
            statement.execute("SET default_transaction_read_only = on");

            assertThatThrownBy(() -> statement.execute("DELETE FROM event_store.token"))
                    .hasMessageContaining("read-only transaction");

            assertThat(session.isClosed()).isTrue();
        }
    }

    @Test
    void leaves_the_schemas_to_others_where_it_is_told_so() {
        try (ConfigurableApplicationContext application =
                start(database.user(), "--varve.event-store.migrate=false", "--axon.eventhandling.enabled=false")) {
            assertThat(application.getBean(JdbcTemplate.class).queryForList(OURS, String.class))
                    .isEmpty();
        }
    }

    private ConfigurableApplicationContext start(String user, String... settings) {
        List<String> arguments = new ArrayList<>(List.of(settings));
        arguments.add("--spring.main.web-application-type=none");
        arguments.add("--spring.datasource.url=" + database.jdbcUrl());
        arguments.add("--spring.datasource.username=" + user);
        arguments.add("--spring.datasource.password=" + (user.equals(database.user()) ? database.password() : user));
        return new SpringApplication(Application.class).run(arguments.toArray(String[]::new));
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
