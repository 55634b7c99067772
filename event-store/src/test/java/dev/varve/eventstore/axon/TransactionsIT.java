package dev.varve.eventstore.axon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.axonframework.eventsourcing.utils.EventStoreTestUtils.createEvent;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.AppendSettings;
import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.NewMessage;
import dev.varve.eventstore.PostgresEventLog;
import dev.varve.testkit.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.axonframework.common.transaction.Transaction;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericEventMessage;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.serialization.TestSerializer;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Which transaction the events of a unit of work belong to: the one on the log's own database, or none. */
class TransactionsIT {

    private final LogSignals signals = new LogSignals();
    private HikariDataSource ownSource;
    private HikariDataSource otherSource;
    private PostgresEventLog log;
    private PostgresEventStorageEngine engine;

    @BeforeEach
    void open() {
        ownSource = pool();
        otherSource = pool();
        log = new PostgresEventLog(ownSource, AppendSettings.defaults(), signals);
        engine = engine(log);
    }

    private static PostgresEventStorageEngine engine(PostgresEventLog log) {
        return PostgresEventStorageEngine.builder(log)
                .eventSerializer(TestSerializer.JACKSON.getSerializer())
                .snapshotSerializer(TestSerializer.JACKSON.getSerializer())
                .outgoingMessages(TransactionsIT::told)
                .build();
    }

    @AfterEach
    void close() {
        log.close();
        ownSource.close();
        otherSource.close();
    }

    private static HikariDataSource pool() {
        HikariDataSource pool = new HikariDataSource();
        pool.setDataSource(TestDatabase.migrated().dataSource());
        pool.setMaximumPoolSize(4);
        return pool;
    }

    private static List<NewMessage> told(EventMessage<?> event) {
        return List.of(new NewMessage(
                NewMessage.idOf(event.getIdentifier(), 0),
                "thing",
                "key",
                "dev.varve.thing.v1",
                "{}".getBytes(StandardCharsets.UTF_8),
                Map.of()));
    }

    @Test
    void one_on_the_logs_database_is_joined() {
        UnitOfWork<?> unitOfWork = begin(ownSource);
        engine.appendEvents(createEvent("stream", 0));

        assertThat(engine.lastSequenceNumberFor("stream")).hasValue(0L);
        assertThat(signals.joinedAppends()).isEqualTo(1);

        unitOfWork.rollback();
        assertThat(log.head()).isZero();
        assertThat(messages()).isZero();
    }

    @Test
    void one_on_another_database_is_not_joined_and_the_events_wait_for_the_commit() {
        UnitOfWork<?> unitOfWork = begin(otherSource);
        assertThat(engine.lastSequenceNumberFor("stream")).isEmpty();
        engine.appendEvents(createEvent("stream", 0));

        assertThat(log.joinsTransaction()).isFalse();
        assertThat(log.head()).isZero();

        unitOfWork.commit();
        assertThat(log.head()).isEqualTo(1);
        assertThat(messages()).isEqualTo(1);
        assertThat(signals.joinedAppends()).isZero();
    }

    @Test
    void one_on_another_database_that_rolls_back_takes_its_events_with_it() {
        UnitOfWork<?> unitOfWork = begin(otherSource);
        engine.appendEvents(createEvent("stream", 0));

        unitOfWork.rollback();

        assertThat(log.head()).isZero();
        assertThat(messages()).isZero();
    }

    @Test
    void a_conflict_at_the_commit_rolls_the_other_database_back() {
        engine.appendEvents(createEvent("stream", 0));
        new JdbcTemplate(otherSource).execute("CREATE TABLE note (text text)");
        UnitOfWork<?> unitOfWork = begin(otherSource);
        new JdbcTemplate(otherSource).execute("INSERT INTO note VALUES ('x')");
        engine.appendEvents(createEvent("stream", 0));

        assertThatThrownBy(unitOfWork::commit).hasMessageContaining("is at version 0");

        assertThat(new JdbcTemplate(otherSource).queryForObject("SELECT count(*) FROM note", Long.class))
                .isZero();
    }

    @Test
    void without_a_unit_of_work_one_on_another_database_changes_nothing() {
        new TransactionTemplate(new DataSourceTransactionManager(otherSource)).executeWithoutResult(status -> {
            assertThat(log.head()).isZero();
            engine.appendEvents(createEvent("stream", 0));
            status.setRollbackOnly();
        });

        assertThat(log.head()).isEqualTo(1);
        assertThat(signals.joinedAppends()).isZero();
    }

    @Test
    void events_of_one_that_is_committed_already_stay_and_are_seen_at_once() throws Exception {
        // As many Spring applications have it; the connection is rolled back when it is given back.
        HikariDataSource withoutAutoCommit = new HikariDataSource();
        withoutAutoCommit.setDataSource(ownSource.getDataSource());
        withoutAutoCommit.setAutoCommit(false);
        CountDownLatch woken = new CountDownLatch(1);
        List<String> answered = new ArrayList<>();
        LogSignals own = new LogSignals();
        own.onGrowth(woken::countDown);
        try (withoutAutoCommit;
                PostgresEventLog late = new PostgresEventLog(withoutAutoCommit, AppendSettings.defaults(), own)) {
            new TransactionTemplate(new DataSourceTransactionManager(withoutAutoCommit))
                    .executeWithoutResult(status ->
                            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                                @Override
                                public void afterCommit() {
                                    engine(late).appendEvents(createEvent("stream", 0));
                                    answered.add("stream");
                                }

                                @Override
                                public void afterCompletion(int completed) {
                                    engine(late).appendEvents(createEvent("another", 0));
                                    answered.add("another");
                                }
                            }));
        }

        assertThat(answered)
                .as("neither waits for the other's lock until its time is over")
                .containsExactly("stream", "another");
        assertThat(log.streamVersion("stream")).hasValue(0);
        assertThat(log.streamVersion("another")).hasValue(0);
        assertThat(woken.await(0, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_conflict_after_the_commit_does_not_hold_the_log_until_the_callbacks_end() {
        engine.appendEvents(createEvent("stream", 0));
        new TransactionTemplate(new DataSourceTransactionManager(ownSource))
                .executeWithoutResult(status ->
                        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                            @Override
                            public void afterCommit() {
                                assertThatThrownBy(() -> engine.appendEvents(createEvent("stream", 0)))
                                        .hasMessageContaining("is at version 0");
                                assertThat(CompletableFuture.runAsync(
                                                () -> engine.appendEvents(createEvent("another", 0))))
                                        .succeedsWithin(Duration.ofSeconds(5));
                            }
                        }));

        assertThat(log.head()).isEqualTo(2);
    }

    private static UnitOfWork<?> begin(HikariDataSource dataSource) {
        UnitOfWork<EventMessage<?>> unitOfWork =
                DefaultUnitOfWork.startAndGet(GenericEventMessage.asEventMessage("work"));
        Transaction transaction =
                new SpringTransactionManager(new DataSourceTransactionManager(dataSource)).startTransaction();
        unitOfWork.onCommit(committing -> transaction.commit());
        unitOfWork.onRollback(rolledBack -> transaction.rollback());
        return unitOfWork;
    }

    private long messages() {
        Long count = new JdbcTemplate(ownSource).queryForObject("SELECT count(*) FROM outbox.message", Long.class);
        return count == null ? 0 : count;
    }
}
