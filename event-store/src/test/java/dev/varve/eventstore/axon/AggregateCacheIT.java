package dev.varve.eventstore.axon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.testkit.TestDatabase;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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
