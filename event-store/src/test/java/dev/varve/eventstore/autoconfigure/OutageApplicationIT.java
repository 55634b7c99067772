package dev.varve.eventstore.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import dev.varve.eventstore.axon.CommandDispatcher;
import dev.varve.migrations.Migrations;
import dev.varve.testkit.faults.RestartablePostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.axonframework.spring.stereotype.Aggregate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** An application under load whose PostgreSQL is stopped and started again. */
@Timeout(180)
class OutageApplicationIT {

    record PlantTree(@TargetAggregateIdentifier String treeId) {}

    record TreePlanted(String treeId) {}

    @Aggregate
    static class Tree {

        @AggregateIdentifier
        private String treeId;

        Tree() {}

        @CommandHandler
        Tree(PlantTree command) {
            apply(new TreePlanted(command.treeId()));
        }

        @EventSourcingHandler
        void on(TreePlanted event) {
            treeId = event.treeId();
        }
    }

    @ProcessingGroup("trees")
    static class Trees {
        final Set<String> seen = ConcurrentHashMap.newKeySet();

        @EventHandler
        void on(TreePlanted event) {
            seen.add(event.treeId());
        }
    }

    @Configuration
    @EnableAutoConfiguration
    @Import(Tree.class)
    static class Application {
        @Bean
        Trees trees() {
            return new Trees();
        }
    }

    @TempDir
    Path folder;

    private final Set<String> planted = ConcurrentHashMap.newKeySet();
    private final Set<Class<?>> refusals = ConcurrentHashMap.newKeySet();
    private final AtomicLong slowest = new AtomicLong();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicBoolean planting = new AtomicBoolean(true);

    @Test
    void callers_hear_of_it_in_time_and_everything_goes_on_afterwards() {
        try (RestartablePostgres postgres = RestartablePostgres.in(folder.resolve("data"))) {
            new Migrations(postgres.dataSource("postgres")).up();
            try (ConfigurableApplicationContext application = start(postgres);
                    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                CommandDispatcher commands = application.getBean(CommandDispatcher.class);
                Trees trees = application.getBean(Trees.class);
                for (int n = 0; n < 16; n++) {
                    threads.submit(() -> plant(commands));
                }
                await().atMost(Duration.ofSeconds(20)).until(() -> trees.seen.size() > 100);

                postgres.stop();
                await().atMost(Duration.ofSeconds(20)).until(() -> !refusals.isEmpty());
                postgres.startAgain();

                int before = planted.size();
                await().atMost(Duration.ofSeconds(40)).until(() -> planted.size() > before + 100);
                planting.set(false);
                await().atMost(Duration.ofSeconds(60)).until(() -> trees.seen.containsAll(planted));
                assertThat(refusals).containsExactly(EventStoreException.class);
                assertThat(Duration.ofNanos(slowest.get())).isLessThan(Duration.ofSeconds(6));
            } finally {
                planting.set(false);
            }
        }
    }

    private static ConfigurableApplicationContext start(RestartablePostgres postgres) {
        SpringApplication application = new SpringApplication(Application.class);
        return application.run(
                "--spring.main.web-application-type=none",
                "--spring.datasource.url=" + postgres.jdbcUrl("postgres"),
                "--spring.datasource.username=" + postgres.user(),
                "--spring.datasource.hikari.connection-timeout=1000",
                "--varve.event-store.append-timeout=2s");
    }

    private void plant(CommandDispatcher commands) {
        while (planting.get()) {
            String tree = "tree-" + next.incrementAndGet();
            long started = System.nanoTime();
            try {
                commands.dispatch(new PlantTree(tree));
                planted.add(tree);
            } catch (RuntimeException e) {
                refusals.add(e.getClass());
            }
            slowest.accumulateAndGet(System.nanoTime() - started, Math::max);
        }
    }
}
