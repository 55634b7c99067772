package dev.varve.eventstore.axon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.maintenance.LogMaintenance;
import dev.varve.testkit.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;

@Timeout(60)
class RetryingCommandDispatcherIT {

    private final String id = UUID.randomUUID().toString();
    private HikariDataSource dataSource;
    private CountingNode node;
    private CountingNode other;

    @BeforeEach
    void open() {
        dataSource = new HikariDataSource();
        dataSource.setDataSource(TestDatabase.migrated().dataSource());
        dataSource.setMaximumPoolSize(8);
        node = new CountingNode(dataSource, 10);
        other = new CountingNode(dataSource);
    }

    @AfterEach
    void close() {
        node.close();
        other.close();
        dataSource.close();
    }

    @Test
    void a_command_that_lost_its_race_is_tried_again() {
        node.dispatch(new Counter.Begin(id));
        AtomicBoolean first = new AtomicBoolean(true);
        CommandReceipt receipt = node.dispatch(new Counter.Add(id, 1, () -> {
            if (first.getAndSet(false)) {
                elsewhere(new Counter.Add(id, 10));
            }
        }));

        assertThat(receipt.result()).isEqualTo(11);
        assertThat(receipt.version()).isEqualTo(2);
    }

    @Test
    void a_command_that_loses_each_race_comes_back_as_a_conflict() {
        node.dispatch(new Counter.Begin(id));

        assertThatThrownBy(() -> node.dispatch(new Counter.Add(id, 1, () -> elsewhere(new Counter.Add(id, 10)))))
                .isInstanceOf(ConcurrencyException.class)
                .hasMessageContaining(id);
    }

    @Test
    void a_creation_of_what_is_there_is_tried_once() {
        node.dispatch(new Counter.Begin(id));

        assertThatThrownBy(() -> node.dispatch(new Counter.Begin(id)))
                .isInstanceOf(AggregateStreamCreationException.class);

        assertThat(Objects.requireNonNull(Counter.BEGINNINGS.get(id)).get()).isEqualTo(2);
    }

    @Test
    void of_many_that_create_what_is_missing_one_does_and_the_others_find_it() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<CommandReceipt>> receipts = new ArrayList<>();
            for (int n = 0; n < 8; n++) {
                CountingNode sender = n % 2 == 0 ? node : other;
                receipts.add(threads.submit(() -> sender.dispatch(new Counter.BeginIfMissing(id))));
            }
            int written = 0;
            for (Future<CommandReceipt> receipt : receipts) {
                written += receipt.get().events();
            }
            assertThat(written).isOne();
        }
    }

    @Test
    void a_command_sent_twice_under_one_id_is_carried_out_once() {
        node.dispatch(new Counter.Begin(id));
        String commandId = UUID.randomUUID().toString();
        CommandReceipt first = node.dispatcher.dispatch(new Counter.Add(id, 5), commandId);
        CommandReceipt second = other.dispatcher.dispatch(new Counter.Add(id, 5), commandId);

        assertThat(second.position()).isEqualTo(first.position());
        assertThat(second.events()).isZero();
        assertThat(other.dispatch(new Counter.Add(id, 1)).result()).isEqualTo(6);
    }

    @Test
    void one_sent_again_when_its_id_is_kept_no_longer_is_carried_out_again() throws Exception {
        node.dispatch(new Counter.Begin(id));
        String commandId = UUID.randomUUID().toString();
        node.dispatcher.dispatch(new Counter.Add(id, 5), commandId);
        new JdbcTemplate(dataSource)
                .update("UPDATE event_store.command_receipt SET recorded_at = recorded_at - interval '31 days'");
        try (LogMaintenance maintenance = new LogMaintenance(dataSource)) {
            assertThat(maintenance.dropReceipts(Duration.ofDays(32))).isZero();
            assertThat(node.dispatcher
                            .dispatch(new Counter.Add(id, 5), commandId)
                            .events())
                    .isZero();
            assertThat(maintenance.dropReceipts(Duration.ofDays(30))).isEqualTo(1);
        }

        assertThat(node.dispatcher.dispatch(new Counter.Add(id, 5), commandId).events())
                .isEqualTo(1);
        assertThat(other.dispatch(new Counter.Add(id, 1)).result()).isEqualTo(11);
    }

    @Test
    void a_creation_sent_twice_under_one_id_is_not_a_conflict() {
        String commandId = UUID.randomUUID().toString();
        CommandReceipt first = node.dispatcher.dispatch(new Counter.Begin(id), commandId);

        assertThat(node.dispatcher.dispatch(new Counter.Begin(id), commandId).position())
                .isEqualTo(first.position());
    }

    @Test
    void of_two_attempts_at_once_one_is_written_and_the_other_leaves_no_trace() {
        node.dispatch(new Counter.Begin(id));
        String commandId = UUID.randomUUID().toString();
        AtomicLong overtaking = new AtomicLong();
        CommandReceipt receipt = node.dispatcher.dispatch(
                new Counter.Add(
                        id,
                        5,
                        () -> overtaking.set(CompletableFuture.supplyAsync(
                                        () -> other.dispatcher.dispatch(new Counter.Add(id, 5), commandId))
                                .join()
                                .position())),
                commandId);

        assertThat(receipt.position()).isEqualTo(overtaking.get());
        assertThat(node.dispatch(new Counter.Add(id, 1)).result()).isEqualTo(6);
    }

    /** On the other node, and on a thread that knows nothing of this one's unit of work. */
    private void elsewhere(Object command) {
        CompletableFuture.runAsync(() -> other.dispatch(command)).join();
    }
}
