package dev.varve.projection.parked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.varve.eventstore.autoconfigure.DeadLetters;
import dev.varve.eventstore.axon.EventTypeRegistry;
import dev.varve.eventstore.axon.NamedEventSerializer;
import dev.varve.projection.Counted;
import dev.varve.projection.LiveBatches;
import dev.varve.projection.Operator;
import dev.varve.projection.Tallies;
import dev.varve.projection.TestTransactions;
import dev.varve.projection.parked.ParkedRetry.Retried;
import dev.varve.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.GenericTrackedDomainEventMessage;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ParkedIT {

    private static final String NAME = "test.tallies";

    private final DataSource dataSource = TestDatabase.migrated().dataSource();
    private final TransactionManager transactions = TestTransactions.of(dataSource);
    private final Tallies tallies = new Tallies();
    private final ParkedEvents parked = new ParkedEvents(dataSource);
    private final Map<String, Long> versions = new HashMap<>();
    private long position;
    private final DeadLetterQueues queues = queues();
    private final ParkedRetry retry = new ParkedRetry(Map.of(NAME, tallies), parked, queues, transactions);
    private final LiveBatches<Counted> live =
            new LiveBatches<>(tallies, new DeadLetterParking(queues), dataSource, transactions);

    @BeforeEach
    void start() throws SQLException {
        execute(Tallies.CREATE);
        execute("INSERT INTO projection.version (projection, version, code_version, tables) VALUES ('" + NAME
                + "', 1, 1, '{public.tally}')");
    }

    @Test
    void what_the_projection_throws_at_waits_with_its_sequence_and_others_go_on() throws SQLException {
        live.handle(List.of(
                event("a", 1, "fine"),
                event("b", 1, Counted.THROWN_AT),
                event("b", 10, "late"),
                event("c", 1, "fine")));
        live.handle(List.of(event("b", 100, "later"), event("a", 1, "fine"), event("d", 1, "fine")));

        assertThat(rows()).containsExactly("a 2", "c 1", "d 1");
        assertThat(parked.list(NAME, 10)).singleElement().satisfies(sequence -> {
            assertThat(sequence.sequence()).isEqualTo("b");
            assertThat(sequence.events()).isEqualTo(3);
            assertThat(sequence.position()).isEqualTo(2);
            assertThat(sequence.cause()).isEqualTo(IllegalStateException.class.getName());
            assertThat(sequence.where()).contains("Tallies.project").doesNotContain("secret");
        });
        assertThat(parked.counts()).containsExactly(Map.entry(NAME, 3L));
    }

    @Test
    void the_event_that_the_database_refuses_is_found_among_many() throws SQLException {
        List<EventMessage<?>> batch = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            batch.add(event("row " + i % 20, 1, i % 20 == 17 && i >= 77 || i == 98 ? null : "fine"));
        }

        live.handle(batch);

        assertThat(rows()).hasSize(20).contains("row 0 5", "row 17 3", "row 18 4");
        assertThat(parked.list(NAME, 10))
                .extracting(ParkedSequence::sequence, ParkedSequence::events)
                .containsExactlyInAnyOrder(tuple("row 17", 2L), tuple("row 18", 1L));
        assertThat(parked.causes(NAME, 10)).singleElement().satisfies(cause -> {
            assertThat(cause.where()).contains("23502", "label").doesNotContain("row 1");
            assertThat(cause.sequences()).isEqualTo(2);
            assertThat(cause.events()).isEqualTo(3);
        });
    }

    @Test
    void a_database_that_is_not_as_it_should_be_parks_nothing() throws SQLException {
        execute("ALTER TABLE tally RENAME TO gone");

        assertThatThrownBy(() -> live.handle(List.of(event("a", 1, "fine")))).hasMessageContaining(NAME);

        assertThat(parked.list(null, 10)).isEmpty();
    }

    @Test
    void a_retry_after_the_fix_applies_all_in_order_and_live_events_go_on_behind() throws SQLException {
        live.handle(List.of(event("b", 1, Counted.THROWN_AT), event("b", 10, "second")));
        assertThat(retry.all(NAME, new Operator("somebody", null))).isEqualTo(new Retried(0, 2));

        tallies.mended.set(true);
        assertThat(retry.sequence(NAME, "b", null, new Operator("somebody", "fixed")))
                .isEqualTo(new Retried(2, 0));
        live.handle(List.of(event("b", 100, "third")));

        assertThat(rows()).containsExactly("b 111");
        assertThat(parked.list(NAME, 10)).isEmpty();
        assertThat(actions()).containsExactly("projection.retry null", "projection.retry fixed");
    }

    @Test
    void one_event_is_retried_only_when_it_is_the_first_of_its_sequence() throws SQLException {
        EventMessage<?> first = event("b", 1, Counted.THROWN_AT);
        EventMessage<?> second = event("b", 10, "second");
        live.handle(List.of(first, second));
        tallies.mended.set(true);

        assertThatThrownBy(() -> retry.sequence(NAME, "b", second.getIdentifier(), new Operator("somebody", null)))
                .isInstanceOf(ParkedRefused.class);
        assertThat(retry.sequence(NAME, "b", first.getIdentifier(), new Operator("somebody", null)))
                .isEqualTo(new Retried(1, 1));
        live.handle(List.of(event("b", 100, "third")));

        assertThat(rows()).containsExactly("b 1");
        assertThat(parked.counts()).containsExactly(Map.entry(NAME, 2L));
    }

    @Test
    void a_skipped_event_is_left_out_for_a_reason_and_the_rest_can_go_on() throws SQLException {
        EventMessage<?> broken = event("b", 1, Counted.THROWN_AT);
        live.handle(List.of(broken, event("b", 10, "second")));

        assertThat(parked.skip(NAME, "b", broken.getIdentifier(), new Operator("somebody", "sent in error")))
                .isEqualTo(1);
        retry.all(NAME, new Operator("somebody", null));

        assertThat(rows()).containsExactly("b 10");
        assertThat(actions()).containsExactly("projection.skip sent in error", "projection.retry null");
        assertThatThrownBy(() -> parked.skip(NAME, "b", null, new Operator("somebody", "again")))
                .isInstanceOf(ParkedRefused.class);
    }

    private DeadLetterQueues queues() {
        Serializer serializer = NamedEventSerializer.of(EventTypeRegistry.empty());
        return new DeadLetterQueues(dataSource, transactions, DeadLetters.SCHEMA, serializer, serializer);
    }

    private EventMessage<?> event(String row, long by, @Nullable String label) {
        return new GenericTrackedDomainEventMessage<>(
                new GlobalSequenceTrackingToken(++position),
                new GenericDomainEventMessage<>(
                        "Tally",
                        row,
                        versions.merge(row, 1L, Long::sum) - 1,
                        new Counted(row, by, label),
                        Map.of(),
                        UUID.randomUUID().toString(),
                        Instant.EPOCH));
    }

    private List<String> rows() throws SQLException {
        return read("SELECT id || ' ' || count FROM tally ORDER BY id");
    }

    private List<String> actions() throws SQLException {
        return read(
                "SELECT action || ' ' || coalesce(reason, 'null') FROM event_store.operator_action ORDER BY number");
    }

    private List<String> read(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
