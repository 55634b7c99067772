package dev.varve.projection.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.eventstore.autoconfigure.AxonOrderAutoConfiguration;
import dev.varve.eventstore.autoconfigure.EventStoreAutoConfiguration;
import dev.varve.projection.Changes;
import dev.varve.projection.Counted;
import dev.varve.projection.Projection;
import dev.varve.projection.ProjectionProgress;
import dev.varve.projection.RecordedEvent;
import dev.varve.projection.Tallies;
import dev.varve.projection.rebuild.ProjectionStates;
import dev.varve.projection.rebuild.ProjectionStates.ProjectionState;
import dev.varve.projection.rebuild.Rebuild.State;
import dev.varve.projection.rebuild.Rebuilds;
import dev.varve.testkit.TestDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventBus;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.jooq.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** An ordinary Axon application that added the artifact, a table and a projection, and nothing else. */
class ProjectionApplicationIT {

    private final TestDatabase database = TestDatabase.empty();

    /** The projection of the tests, as code that counts another version. */
    private record Versioned(
            Projection<Counted> same, @Override int version) implements Projection<Counted> {

        @Override
        public String name() {
            return same.name();
        }

        @Override
        public Class<Counted> eventType() {
            return same.eventType();
        }

        @Override
        public Set<Table<?>> tables() {
            return same.tables();
        }

        @Override
        public void project(RecordedEvent<Counted> event, Changes changes) {
            same.project(event, changes);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Projection<Counted> tallies(@Value("${code-version:1}") int version) {
            return new Versioned(new Tallies(), version);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class HandlersOfTheSameName {

        @ProcessingGroup("test.tallies")
        static class Handlers {

            @EventHandler
            void on(Counted event) {}
        }

        @Bean
        Handlers handlers() {
            return new Handlers();
        }
    }

    @BeforeEach
    void makeTable() throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(Tallies.CREATE);
        }
    }

    @Test
    void rows_follow_the_log_from_an_empty_database_on() throws InterruptedException {
        try (ConfigurableApplicationContext application = start(Application.class)) {
            record(application, 0, 2);
            record(application, 1, 3);

            awaitProjected(application, 2);
            assertThat(counts(application)).containsExactly(5L);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rows_of_an_older_version_are_made_anew_by_a_start_of_the_newer(boolean autoCommit)
            throws InterruptedException {
        String pool = "--spring.datasource.hikari.auto-commit=" + autoCommit;
        try (ConfigurableApplicationContext application = start(Application.class, pool)) {
            record(application, 0, 2);
            awaitProjected(application, 1);
            application
                    .getBean(TransactionTemplate.class)
                    .executeWithoutResult(
                            status -> application.getBean(JdbcTemplate.class).update("UPDATE tally SET count = 1000"));
        }
        try (ConfigurableApplicationContext application = start(Application.class, "--code-version=2", pool)) {
            Rebuilds rebuilds = application.getBean(Rebuilds.class);
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(rebuilds.newest(10))
                            .singleElement()
                            .satisfies(rebuild -> assertThat(rebuild.state()).isEqualTo(State.SWITCHED)));

            assertThat(counts(application)).containsExactly(2L);
            assertThat(application.getBean(ProjectionStates.class).read())
                    .singleElement()
                    .returns(2, ProjectionState::version)
                    .returns(2, ProjectionState::codeVersion);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_node_that_runs_no_projections_knows_how_far_others_are(boolean autoCommit) throws InterruptedException {
        String pool = "--spring.datasource.hikari.auto-commit=" + autoCommit;
        try (ConfigurableApplicationContext without =
                        start(Application.class, "--varve.projection.enabled=false", pool);
                ConfigurableApplicationContext with = start(Application.class, pool)) {
            record(without, 0, 2);

            awaitProjected(without, 1);
            assertThat(counts(with)).containsExactly(2L);
        }
    }

    @Test
    void settings_out_of_bounds_are_named_all_together() {
        assertThatThrownBy(() -> start(
                                Application.class,
                                "--varve.projection.segments=0",
                                "--varve.projection.rebuild-memory=1MB")
                        .close())
                .hasStackTraceContaining("varve.projection.segments is 0 and must be 1 to 64")
                .hasStackTraceContaining("varve.projection.rebuild-memory is 1048576B and must be at least 8388608B");
    }

    @Test
    void a_projection_that_would_share_its_checkpoints_with_handlers_stops_the_start() {
        assertThatThrownBy(() -> start(HandlersOfTheSameName.class).close())
                .hasStackTraceContaining("projection test.tallies has the name of an event processor");
    }

    @Test
    void meters_are_there_where_micrometer_is() throws InterruptedException {
        try (ConfigurableApplicationContext application = start(Application.class)) {
            record(application, 0, 2);
            awaitProjected(application, 1);
            MeterRegistry meters = new SimpleMeterRegistry();
            application.getBeanProvider(MeterBinder.class).forEach(binder -> binder.bindTo(meters));

            assertThat(meters.get("varve.projection.lag.events")
                            .tag("projection", "test.tallies")
                            .gauge()
                            .value())
                    .isZero();
        }
    }

    @Test
    void an_application_without_a_database_has_no_projections() {
        ApplicationContextRunner runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        AxonOrderAutoConfiguration.class,
                        EventStoreAutoConfiguration.class,
                        ProjectionAutoConfiguration.class,
                        ProjectionMetricsAutoConfiguration.class));

        runner.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(ProjectionProgress.class));
    }

    private ConfigurableApplicationContext start(Class<?> more, String... settings) {
        List<String> arguments = new ArrayList<>(List.of(settings));
        arguments.add("--spring.main.web-application-type=none");
        arguments.add("--spring.datasource.url=" + database.jdbcUrl());
        arguments.add("--spring.datasource.username=" + database.user());
        arguments.add("--spring.datasource.password=" + database.password());
        return new SpringApplication(Application.class, more).run(arguments.toArray(String[]::new));
    }

    private static void record(ConfigurableApplicationContext application, long version, long by) {
        application
                .getBean(EventBus.class)
                .publish(new GenericDomainEventMessage<>("Tally", "a", version, new Counted("a", by, "label")));
    }

    private static void awaitProjected(ConfigurableApplicationContext application, long position)
            throws InterruptedException {
        assertThat(application
                        .getBean(ProjectionProgress.class)
                        .await(List.of("test.tallies"), position, Duration.ofSeconds(30)))
                .isEmpty();
    }

    private static List<Long> counts(ConfigurableApplicationContext application) {
        return application.getBean(JdbcTemplate.class).queryForList("SELECT count FROM tally", Long.class);
    }
}
