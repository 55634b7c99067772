package dev.varve.eventstore.axon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Two nodes that keep aggregates in memory never answer from a state that the log has left behind. */
@Timeout(60)
class AggregateCacheIT {

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
        other = new CountingNode(dataSource, 10);
    }

    @AfterEach
    void close() {
        node.close();
        other.close();
        dataSource.close();
    }

    @Test
    void what_a_command_needs_is_read_once() {
        node.dispatch(new Counter.Begin(id));
        for (int n = 1; n <= 5; n++) {
            assertThat(node.dispatch(new Counter.Add(id, 1)).result()).isEqualTo(n);
        }
        assertThat(node.cache.hits()).isEqualTo(5);
        assertThat(node.cache.misses()).isZero();
    }

    @Test
    void an_aggregate_that_another_node_changed_is_read_again() {
        node.dispatch(new Counter.Begin(id));
        other.dispatch(new Counter.Add(id, 10));

        assertThat(node.dispatch(new Counter.Add(id, 1)).result()).isEqualTo(11);
        assertThat(other.dispatch(new Counter.Add(id, 1)).result()).isEqualTo(12);
    }

    @Test
    void nothing_is_added_to_an_aggregate_that_the_log_lost() {
        node.dispatch(new Counter.Begin(id));
        // As after a standby took over that had not received it.
        new JdbcTemplate(dataSource).execute("DELETE FROM event_store.event");

        assertThatThrownBy(() -> node.dispatch(new Counter.Add(id, 1))).isInstanceOf(AggregateNotFoundException.class);
        assertThat(node.log.head()).isZero();
        node.dispatch(new Counter.Begin(id));
        assertThat(node.dispatch(new Counter.Add(id, 1)).result()).isEqualTo(1);
    }

    @Test
    void nothing_is_refused_for_a_state_that_has_passed() {
        node.dispatch(new Counter.Begin(id));
        other.dispatch(new Counter.Add(id, 10));

        assertThat(node.dispatch(new Counter.Take(id, 4)).events()).isOne();
        assertThatThrownBy(() -> node.dispatch(new Counter.Take(id, 7))).hasMessage("there are only 6");
    }

    @Test
    void nothing_is_found_done_in_a_state_that_has_passed() {
        node.dispatch(new Counter.Begin(id));
        other.dispatch(new Counter.Add(id, 10));

        CommandReceipt unchanged = node.dispatch(new Counter.BeginIfMissing(id));

        assertThat(unchanged.events()).isZero();
        assertThat(unchanged.version()).isEqualTo(1);
    }

    @Test
    void nodes_that_race_for_one_aggregate_answer_only_what_the_log_says() throws Exception {
        node.dispatch(new Counter.Begin(id));
        List<CommandReceipt> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Optional<CommandReceipt>>> racing = new ArrayList<>();
            for (int n = 0; n < 400; n++) {
                CountingNode racer = n % 2 == 0 ? node : other;
                racing.add(threads.submit(() -> unlessBeaten(racer)));
            }
            for (Future<Optional<CommandReceipt>> racer : racing) {
                racer.get().ifPresent(answers::add);
            }
        }

        assertThat(answers)
                .isNotEmpty()
                .allSatisfy(answer -> assertThat(answer.result()).isEqualTo(Math.toIntExact(answer.version())));
        assertThat(answers).extracting(CommandReceipt::version).doesNotHaveDuplicates();
        assertThat(node.log.streamVersion(id)).hasValue(answers.size());
        assertThat(node.cache.hits() + other.cache.hits()).isPositive();
    }

    /** Empty if the other node was first again and again. */
    private Optional<CommandReceipt> unlessBeaten(CountingNode racer) {
        try {
            return Optional.of(racer.dispatch(new Counter.Add(id, 1)));
        } catch (ConcurrencyException e) {
            return Optional.empty();
        }
    }

    @Test
    void a_command_that_fails_leaves_nothing_behind() {
        node.dispatch(new Counter.Begin(id));
        assertThatThrownBy(() -> node.dispatch(new Counter.AddAndFail(id, 5))).hasMessage("failed after 5");

        assertThat(node.dispatch(new Counter.Add(id, 1)).result()).isEqualTo(1);
    }

    @Test
    void what_was_rolled_back_with_a_transaction_is_not_remembered() {
        TransactionTemplate transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        transaction.executeWithoutResult(status -> {
            node.dispatch(new Counter.Begin(id));
            node.dispatch(new Counter.Add(id, 5));
            status.setRollbackOnly();
        });

        node.dispatch(new Counter.Begin(id));
        transaction.executeWithoutResult(status -> {
            node.dispatch(new Counter.Add(id, 5));
            status.setRollbackOnly();
        });
        assertThat(node.dispatch(new Counter.Add(id, 1)).result()).isEqualTo(1);
    }

    @Test
    void no_more_are_kept_than_allowed() {
        for (int n = 0; n < 50; n++) {
            node.dispatch(new Counter.Begin(id + n));
        }
        assertThat(node.cache.size()).isLessThanOrEqualTo(10);
        assertThat(node.dispatch(new Counter.Add(id + 0, 1)).result()).isEqualTo(1);
    }
}
