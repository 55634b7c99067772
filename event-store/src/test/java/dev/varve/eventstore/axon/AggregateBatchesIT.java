package dev.varve.eventstore.axon;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.RecordedEvent;
import dev.varve.eventstore.axon.CommandBatches.Answer;
import dev.varve.testkit.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AggregateBatchesIT {

    private final String a = "a-" + UUID.randomUUID();
    private final String b = "b-" + UUID.randomUUID();
    private HikariDataSource dataSource;
    private CountingNode node;

    @BeforeEach
    void open() {
        dataSource = new HikariDataSource();
        dataSource.setDataSource(TestDatabase.migrated().dataSource());
        dataSource.setMaximumPoolSize(8);
        node = new CountingNode(dataSource, 10, 3);
    }

    @AfterEach
    void close() {
        node.close();
        dataSource.close();
    }

    @Test
    void each_command_comes_to_what_those_before_it_made_of_its_aggregate() {
        long head = node.log.head();

        List<Answer> answers = node.batches.dispatch(List.of(
                new Counter.BeginIfMissing(a),
                new Counter.Begin(b),
                new Counter.Add(a, 3),
                new Counter.BeginIfMissing(a),
                new Counter.Take(a, 2),
                new Counter.Add(b, 5)));

        assertThat(answers).extracting(AggregateBatchesIT::words).containsExactly("1", "1", "1", "0", "1", "1");
        assertThat(node.log.read(head, 10))
                .extracting(event -> event.streamId().charAt(0) + "@" + event.version() + " " + payload(event))
                .containsExactly(
                        "a@0 {\"id\":\"" + a + "\"}",
                        "b@0 {\"id\":\"" + b + "\"}",
                        "a@1 {\"amount\":3}",
                        "a@2 {\"amount\":-2}",
                        "b@1 {\"amount\":5}");
    }

    @Test
    void aggregates_that_are_there_go_on_where_they_are_also_from_a_snapshot() {
        node.dispatch(new Counter.Begin(a));
        node.dispatch(new Counter.Begin(b));
        for (int n = 0; n < 5; n++) {
            node.dispatch(new Counter.Add(b, 2));
        }

        List<Answer> answers = node.batches.dispatch(List.of(
                new Counter.Add(a, 3), new Counter.Take(b, 10), new Counter.Take(a, 3), new Counter.Take(b, 1)));

        assertThat(answers)
                .extracting(AggregateBatchesIT::words)
                .containsExactly("1", "1", "1", "IllegalStateException");
        assertThat(node.dispatch(new Counter.Add(a, 1)).result()).isEqualTo(1);
        assertThat(node.dispatch(new Counter.Add(b, 1)).result()).isEqualTo(1);
    }

    @Test
    void a_command_that_fails_writes_nothing_and_leaves_nothing_in_its_aggregate() {
        List<Answer> answers = node.batches.dispatch(List.of(
                new Counter.BeginIfMissing(a),
                new Counter.AddAndFail(a, 100),
                new Counter.Add(b, 1),
                new Counter.Add(a, 7),
                new Counter.Begin(b),
                new Counter.Take(a, 8)));

        assertThat(answers)
                .extracting(AggregateBatchesIT::words)
                .containsExactly(
                        "1", "IllegalStateException", "AggregateNotFoundException", "1", "1", "IllegalStateException");
        assertThat(node.dispatch(new Counter.Add(a, 0)).result()).isEqualTo(7);
    }

    @Test
    void a_batch_that_loses_a_race_is_carried_out_all_the_same() {
        node.dispatch(new Counter.Begin(a));
        AtomicInteger times = new AtomicInteger();

        List<Answer> answers = node.batches.dispatch(List.of(
                new Counter.Add(a, 1, () -> {
                    if (times.getAndIncrement() == 0) {
                        elsewhere(new Counter.Add(a, 10));
                    }
                }),
                new Counter.BeginIfMissing(b),
                new Counter.Take(a, 11)));

        assertThat(answers).extracting(AggregateBatchesIT::words).containsExactly("1", "1", "1");
        assertThat(times).hasValueGreaterThan(1);
        assertThat(node.dispatch(new Counter.Add(a, 0)).result()).isEqualTo(0);
    }

    @Test
    void a_stream_that_should_be_new_and_is_not_keeps_no_other_from_being_written() {
        node.dispatch(new Counter.Begin(a));

        List<Answer> answers = node.batches.dispatch(List.of(new Counter.Begin(b), new Counter.Begin(a)));

        assertThat(answers.getFirst()).isEqualTo(new Answer.Done(1));
        assertThat(answers.getLast())
                .isInstanceOfSatisfying(
                        Answer.Failed.class,
                        failed -> assertThat(failed.cause()).isInstanceOf(AggregateStreamCreationException.class));
    }

    @Test
    void a_command_with_an_id_of_its_own_is_carried_out_once() {
        CommandMessage<?> once = GenericCommandMessage.asCommandMessage(new Counter.BeginIfMissing(a))
                .andMetaData(Map.of(CommandDispatcher.COMMAND_ID, UUID.randomUUID()));

        List<Answer> answers =
                node.batches.dispatch(List.of(new Counter.BeginIfMissing(b), once, once, new Counter.Add(a, 1)));

        assertThat(answers).extracting(AggregateBatchesIT::words).containsExactly("1", "1", "0", "1");
    }

    @Test
    void events_name_the_command_they_come_from() {
        CommandMessage<?> first = GenericCommandMessage.asCommandMessage(new Counter.Begin(a));
        CommandMessage<?> second = GenericCommandMessage.asCommandMessage(new Counter.Add(a, 1));
        long head = node.log.head();

        node.batches.dispatch(List.of(first, second));

        assertThat(node.log.read(head, 10))
                .extracting(event -> new String(event.metadata(), StandardCharsets.UTF_8))
                .satisfiesExactly(
                        metadata -> assertThat(metadata).contains(first.getIdentifier()),
                        metadata -> assertThat(metadata).contains(second.getIdentifier()));
    }

    @Test
    void more_than_an_append_takes_is_several_batches() {
        List<Object> commands = new ArrayList<>();
        commands.add(new Counter.Begin(a));
        for (int n = 0; n < 2_500; n++) {
            commands.add(new Counter.Add(a, 1));
        }

        assertThat(node.batches.dispatch(commands)).hasSize(2_501).allMatch(new Answer.Done(1)::equals);

        assertThat(node.dispatch(new Counter.Add(a, 0)).result()).isEqualTo(2_500);
    }

    /** On a thread of its own, where no unit of work is under way. */
    private void elsewhere(Object command) {
        try (CountingNode other = new CountingNode(dataSource)) {
            CompletableFuture.runAsync(() -> other.dispatch(command)).join();
        }
    }

    private static String payload(RecordedEvent event) {
        return new String(event.payload(), StandardCharsets.UTF_8);
    }

    private static String words(Answer answer) {
        return switch (answer) {
            case Answer.Done(int events) -> String.valueOf(events);
            case Answer.Failed(RuntimeException cause) -> cause.getClass().getSimpleName();
        };
    }
}
