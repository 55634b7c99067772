package dev.varve.eventstore.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.eventstore.PostgresEventLog;
import dev.varve.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.axonframework.eventhandling.GenericEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What an application is told when it cannot be started safely. */
class RefusedStartIT {

    @Configuration
    @EnableAutoConfiguration
    static class Application {}

    private final TestDatabase database = TestDatabase.migrated();

    private ConfigurableApplicationContext start(String... settings) {
        List<String> arguments = new ArrayList<>(List.of(settings));
        arguments.add("--spring.main.web-application-type=none");
        arguments.add("--spring.datasource.url=" + database.jdbcUrl());
        arguments.add("--spring.datasource.username=" + database.user());
        arguments.add("--spring.datasource.password=" + database.password());
        return new SpringApplication(Application.class).run(arguments.toArray(String[]::new));
    }

    @Test
    void settings_out_of_bounds_are_named_all_together() {
        assertThatThrownBy(() -> start("--varve.event-store.queue-capacity=0", "--varve.event-store.append-timeout=0s"))
                .hasStackTraceContaining("varve.event-store.queue-capacity is 0, and must be at least 1")
                .hasStackTraceContaining("varve.event-store.append-timeout is 0, and must be at least 1");
    }

    @Test
    void processors_without_transactions_are_not_started() {
        assertThatThrownBy(() -> start("--spring.autoconfigure.exclude="
                        + "org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration"))
                .hasStackTraceContaining("would run event processors without transactions");
    }

    @Test
    void a_pool_waits_no_longer_than_an_append_unless_told_so() {
        try (ConfigurableApplicationContext application = start()) {
            assertThat(application.getEnvironment().getProperty("spring.datasource.hikari.connection-timeout"))
                    .isEqualTo("10000");
            assertThat(application.getEnvironment().getProperty("spring.datasource.hikari.validation-timeout"))
                    .isEqualTo("1000");
        }
    }

    @Test
    void a_database_with_a_stricter_isolation_by_default_takes_appends() throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    DO $$ BEGIN
                        EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = serializable', current_database());
                    END $$
                    """);
        }
        try (ConfigurableApplicationContext application = start()) {
            EventStore events = application.getBean(EventStore.class);
            events.publish(GenericEventMessage.asEventMessage("by itself"));
            new TransactionTemplate(application.getBean(PlatformTransactionManager.class))
                    .executeWithoutResult(status -> events.publish(GenericEventMessage.asEventMessage("joined")));

            assertThat(application.getBean(PostgresEventLog.class).head()).isEqualTo(2);
        }
    }
}
