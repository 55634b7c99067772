package dev.varve.eventstore.axon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.RecordedEvent;
import dev.varve.testkit.TestDatabase;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AggregateLoadingIT {

    private final String id = UUID.randomUUID().toString();
    private HikariDataSource pool;
    private CountedStatements statements;
    private CountingNode node;

    @BeforeEach
    void open() {
        pool = new HikariDataSource();
        pool.setDataSource(TestDatabase.migrated().dataSource());
        pool.setMaximumPoolSize(8);
        statements = new CountedStatements(pool);
        node = new CountingNode(statements.dataSource(), 0, 10);
    }

    @AfterEach
    void close() {
        node.close();
        pool.close();
    }

    @Test
    void a_command_is_one_statement_to_load_and_one_to_append() {
        node.dispatch(new Counter.Begin(id));
        statements.forget();

        node.dispatch(new Counter.Add(id, 1));

        assertThat(statements.sent()).hasSize(2);
        assertThat(statements.sent().getFirst()).contains("load_streams");
        assertThat(statements.sent().getLast()).contains("append");
    }

    @Test
    void a_snapshot_is_taken_after_so_many_events_and_loading_starts_from_it_in_one_statement() {
        node.dispatch(new Counter.Begin(id));
        for (int n = 1; n < 14; n++) {
            node.dispatch(new Counter.Add(id, 1));
        }
        await().until(() -> node.log.readStreamWithSnapshot(id, 100).getFirst().position() == 0);
        RecordedEvent snapshot = node.log.readStreamWithSnapshot(id, 100).getFirst();
        statements.forget();

        CommandReceipt receipt = node.dispatch(new Counter.Add(id, 1));

        assertThat(receipt.result()).isEqualTo(14);
        assertThat(snapshot.version()).isBetween(9L, 10L);
        assertThat(statements.sent().stream().filter(sql -> sql.contains("load_streams")))
                .hasSize(1);
        assertThat(node.log.readStreamWithSnapshot(id, 100)).hasSizeLessThan(7);
    }

    @Test
    void a_snapshot_is_the_state_that_was_saved_and_costs_the_command_no_statement() {
        node.dispatch(new Counter.Begin(id));
        for (int n = 1; n < 9; n++) {
            node.dispatch(new Counter.Add(id, 1));
        }
        statements.forget();

        node.dispatch(new Counter.Add(id, 1));

        await().until(() -> node.log.readStreamWithSnapshot(id, 100).getFirst().position() == 0);
        assertThat(statements.sent().stream().filter(sql -> sql.contains("store_snapshots")))
                .hasSize(1);
        assertThat(statements.sent().stream().limit(2)).noneMatch(sql -> sql.contains("snapshots("));
        assertThat(node.dispatch(new Counter.Add(id, 1)).result()).isEqualTo(10);
    }

    @Test
    void a_snapshot_that_knows_its_position_hides_nothing_that_follows() {
        node.dispatch(new Counter.Begin(id));
        node.dispatch(new Counter.Begin(id + "-other"));
        for (int n = 1; n < 13; n++) {
            node.dispatch(new Counter.Add(id, 1));
            node.dispatch(new Counter.Add(id + "-other", 1));
        }
        await().until(() -> node.log.readStreamWithSnapshot(id, 100).getFirst().position() == 0);

        assertThat(node.log.readStreamWithSnapshot(id, 100).stream().map(RecordedEvent::version))
                .isSorted()
                .endsWith(12L);
        assertThat(node.dispatch(new Counter.Add(id, 1)).result()).isEqualTo(13);
    }
}
