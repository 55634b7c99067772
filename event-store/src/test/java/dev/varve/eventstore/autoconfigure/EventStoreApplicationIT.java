package dev.varve.eventstore.autoconfigure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import dev.varve.eventstore.Append;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.RecordedEvent;
import dev.varve.eventstore.axon.AggregateCache;
import dev.varve.eventstore.axon.CommandDispatcher;
import dev.varve.eventstore.axon.CommandReceipt;
import dev.varve.eventstore.axon.EventTypeRegistry;
import dev.varve.eventstore.axon.PostgresEventStorageEngine;
import dev.varve.eventstore.axon.PostgresTokenStore;
import dev.varve.eventstore.axon.RegisteredEvent;
import dev.varve.eventstore.axon.RememberingCommandTargetResolver;
import dev.varve.testkit.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.config.EventProcessingConfiguration;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.ResetHandler;
import org.axonframework.eventhandling.StreamingEventProcessor;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.modelling.command.CommandTargetResolver;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.axonframework.serialization.FixedValueRevisionResolver;
import org.axonframework.serialization.RevisionResolver;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.jackson3.Jackson3SerializerCustomizer;
import org.axonframework.spring.stereotype.Aggregate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/** An ordinary Axon application that added the artifact and a DataSource, and nothing else. */
class EventStoreApplicationIT {

    record DoorId(String value) {
        @Override
        public String toString() {
            return value;
        }
    }

    record InstallDoor(@TargetAggregateIdentifier DoorId doorId) {}

    record OpenDoor(@TargetAggregateIdentifier DoorId doorId) {}

    record DoorInstalled(DoorId doorId, Instant at) {}

    record DoorOpened(DoorId doorId) {}

    record Colour(int red, int green, int blue) {
        @Override
        public String toString() {
            return "#%02x%02x%02x".formatted(red, green, blue);
        }
    }

    record Repaired(String by, Instant at) {}

    @Aggregate
    static class Door {

        @AggregateIdentifier
        private DoorId doorId;

        private boolean open;

        Door() {}

        @CommandHandler
        Door(InstallDoor command) {
            apply(new DoorInstalled(command.doorId(), Instant.EPOCH));
        }

        @CommandHandler
        String handle(OpenDoor command) {
            if (!open) {
                apply(new DoorOpened(doorId));
            }
            return "open";
        }

        @EventSourcingHandler
        void on(DoorInstalled event) {
            doorId = event.doorId();
        }

        @EventSourcingHandler
        void on(DoorOpened event) {
            open = true;
        }
    }

    @ProcessingGroup("doors")
    static class Doors {
        final Queue<Long> seen = new ConcurrentLinkedQueue<>();
        final Queue<Repaired> resets = new ConcurrentLinkedQueue<>();
        volatile boolean jammed = true;

        @ResetHandler
        void reset(Repaired why) {
            resets.add(why);
        }

        @EventHandler
        void on(DoorOpened event, TrackingToken token) {
            if (jammed && event.doorId().value().equals("jammed")) {
                throw new IllegalStateException("the door is jammed");
            }
            seen.add(token.position().orElse(-1));
        }
    }

    @Configuration
    @EnableAutoConfiguration
    @Import(Door.class)
    static class Application {

        @Bean
        Doors doors() {
            return new Doors();
        }

        @Bean
        Jackson3SerializerCustomizer colours() {
            return builder ->
                    builder.addModule(new SimpleModule().addSerializer(Colour.class, ToStringSerializer.instance));
        }

        @Bean
        RevisionResolver revisions() {
            return new FixedValueRevisionResolver("7");
        }

        @Bean
        EventTypeRegistry events() {
            return EventTypeRegistry.of(List.of(
                    new RegisteredEvent("door.installed", 1, DoorInstalled.class),
                    new RegisteredEvent("door.opened", 3, DoorOpened.class)));
        }
    }

    private static ConfigurableApplicationContext context;
    private static CommandDispatcher dispatcher;

    @BeforeAll
    static void start() {
        TestDatabase database = TestDatabase.migrated();
        context = new SpringApplication(Application.class)
                .run(
                        "--axon.eventhandling.processors.doors.mode=pooled",
                        "--axon.eventhandling.processors.doors.dlq.enabled=true",
                        "--spring.datasource.url=" + database.jdbcUrl(),
                        "--spring.datasource.username=" + database.user(),
                        "--spring.datasource.password=" + database.password());
        dispatcher = context.getBean(CommandDispatcher.class);
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    @Test
    void the_log_and_its_token_store_are_the_only_ones() {
        assertThat(context.getBean(EventStorageEngine.class)).isInstanceOf(PostgresEventStorageEngine.class);
        assertThat(context.getBean(TokenStore.class)).isInstanceOf(PostgresTokenStore.class);
        assertThat(context.getBean(org.axonframework.config.Configuration.class)
                        .getComponent(CommandTargetResolver.class))
                .isInstanceOf(RememberingCommandTargetResolver.class);
    }

    @Test
    void a_command_answers_with_position_version_and_result() {
        DoorId door = new DoorId("receipt");
        CommandReceipt installed = dispatcher.dispatch(new InstallDoor(door));
        CommandReceipt opened = dispatcher.dispatch(new OpenDoor(door));
        CommandReceipt unchanged = dispatcher.dispatch(new OpenDoor(door));

        assertThat(installed.version()).isZero();
        assertThat(opened.version()).isEqualTo(1);
        assertThat(opened.events()).isEqualTo(1);
        assertThat(opened.position()).isGreaterThan(installed.position());
        assertThat(opened.result()).isEqualTo("open");
        assertThat(unchanged.events()).isZero();
        assertThat(unchanged.version()).isEqualTo(1);
        assertThat(unchanged.position()).isGreaterThanOrEqualTo(opened.position());
    }

    @Test
    void aggregates_are_kept_between_commands_without_asking_for_it() {
        AggregateCache cache = context.getBean(AggregateCache.class);
        DoorId door = new DoorId("kept");
        dispatcher.dispatch(new InstallDoor(door));
        long before = cache.hits();
        dispatcher.dispatch(new OpenDoor(door));

        assertThat(cache.hits()).isEqualTo(before + 1);
    }

    @Test
    void no_aggregate_is_kept_when_the_log_lost_events() {
        AggregateCache cache = context.getBean(AggregateCache.class);
        LogSignals signals = context.getBean(LogSignals.class);
        dispatcher.dispatch(new InstallDoor(new DoorId("lost")));
        assertThat(cache.size()).isPositive();

        signals.endsAt(signals.knownHead());

        assertThat(cache.size()).isZero();
    }

    @Test
    void a_command_by_the_gateway_that_meets_an_old_copy_is_tried_again() {
        CommandGateway gateway = context.getBean(CommandGateway.class);
        EventLog log = context.getBean(EventLog.class);
        gateway.sendAndWait(new InstallDoor(new DoorId("elsewhere")));
        // As another node does.
        log.append(Append.of(List.of(new NewEvent(
                UUID.randomUUID().toString(),
                "Door",
                "elsewhere",
                1,
                "door.opened",
                "3",
                Instant.EPOCH,
                "{\"doorId\":\"elsewhere\"}".getBytes(UTF_8),
                "{}".getBytes(UTF_8)))));

        String answer = gateway.sendAndWait(new OpenDoor(new DoorId("elsewhere")));

        assertThat(answer).isEqualTo("open");
        assertThat(log.streamVersion("elsewhere")).as("it was open already").hasValue(1);
    }

    @Test
    void events_are_stored_under_their_names_and_ids_as_bare_values() {
        long position =
                dispatcher.dispatch(new InstallDoor(new DoorId("named"))).position();

        RecordedEvent event =
                context.getBean(EventLog.class).read(position - 1, 1).getFirst();

        assertThat(event.type()).isEqualTo("door.installed");
        assertThat(event.revision()).isEqualTo("1");
        assertThat(new String(event.payload(), StandardCharsets.UTF_8))
                .isEqualTo("{\"doorId\":\"named\",\"at\":\"1970-01-01T00:00:00Z\"}");
    }

    @Test
    void an_application_may_say_how_its_classes_are_written_and_what_their_revision_is() {
        assertThat(context.getBeansOfType(Serializer.class).values())
                .hasSizeGreaterThan(1)
                .allSatisfy(serializer -> {
                    SerializedObject<String> colour = serializer.serialize(new Colour(255, 128, 0), String.class);
                    assertThat(colour.getData()).isEqualTo("\"#ff8000\"");
                    assertThat(colour.getType().getRevision()).isEqualTo("7");
                });
    }

    @Test
    void what_goes_wrong_comes_out_as_it_was_thrown() {
        DoorId door = new DoorId("wrong");
        dispatcher.dispatch(new InstallDoor(door));

        assertThatThrownBy(() -> dispatcher.dispatch(new InstallDoor(door)))
                .isInstanceOf(AggregateStreamCreationException.class);
        assertThatThrownBy(() -> dispatcher.dispatch(new OpenDoor(new DoorId("nowhere"))))
                .isInstanceOf(AggregateNotFoundException.class);
    }

    @Test
    void a_processor_gets_events_and_survives_a_reset() {
        long opened = install("replayed");
        Doors doors = context.getBean(Doors.class);
        await().until(() -> doors.seen.contains(opened));

        StreamingEventProcessor processor = context.getBean(EventProcessingConfiguration.class)
                .eventProcessor("doors", StreamingEventProcessor.class)
                .orElseThrow();
        processor.shutDown();
        doors.seen.clear();
        Repaired why = new Repaired("ann", Instant.EPOCH);
        processor.resetTokens(why);
        processor.start();

        assertThat(doors.resets).containsExactly(why);

        await().until(() -> doors.seen.contains(opened));
        long another = install("after the reset");
        await().until(() -> doors.seen.contains(another));
        await().until(() -> processor.processingStatus().values().stream()
                .allMatch(status -> status.getTrackingToken() instanceof GlobalSequenceTrackingToken));
    }

    @Test
    void a_pooled_processor_has_a_quick_coordinator() {
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().startsWith("varve-coordinator[doors]")));
    }

    @Test
    void an_event_that_fails_is_parked_and_processed_when_its_cause_is_gone() {
        EventProcessingConfiguration processing = context.getBean(EventProcessingConfiguration.class);
        Doors doors = context.getBean(Doors.class);

        long opened = install("jammed");
        await().until(() -> processing.deadLetterQueue("doors").orElseThrow().size() == 1);
        doors.jammed = false;

        assertThat(processing
                        .sequencedDeadLetterProcessor("doors")
                        .orElseThrow()
                        .processAny())
                .isTrue();
        assertThat(doors.seen).contains(opened);
        assertThat(processing.deadLetterQueue("doors").orElseThrow().size()).isZero();
    }

    private long install(String name) {
        DoorId door = new DoorId(name);
        dispatcher.dispatch(new InstallDoor(door));
        return dispatcher.dispatch(new OpenDoor(door)).position();
    }
}
