package dev.varve.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.outbox.Delivery.Refused;
import dev.varve.outbox.Delivery.Unavailable;
import dev.varve.outbox.FailurePolicy.OnRefusal;
import dev.varve.outbox.ParkedMessages.By;
import dev.varve.outbox.ParkedMessages.Group;
import dev.varve.outbox.ParkedMessages.Query;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ParkedMessagesIT {

    private Outbox outbox;
    private ParkedMessages parked;
    private final RecordingSink sink = new RecordingSink();
    private final Set<Long> poison = ConcurrentHashMap.newKeySet();

    @BeforeEach
    void open() {
        outbox = new Outbox();
        parked = new ParkedMessages(outbox.dataSource);
        sink.answer(message -> poison.contains(message.position()) ? new Refused("too large") : Delivery.DELIVERED);
        outbox.subscribe("weather", new FailurePolicy(OnRefusal.PARK, 1));
        outbox.node(sink);
    }

    @AfterEach
    void close() {
        outbox.close();
    }

    private SubscriptionStatus status() {
        return outbox.subscriptions.status("weather");
    }

    /** a and b are parked with three and one, c goes through. */
    private void parkTwoKeys() {
        poison.addAll(Set.of(1L, 4L));
        outbox.write("a", "a", "c", "b", "a");
        await().until(() -> status().parkedMessages() == 4 && status().position() == 5);
    }

    @Test
    void are_listed_and_grouped() {
        parkTwoKeys();

        assertThat(parked.groups("weather", By.REASON, Query.ALL)).containsExactly(new Group("too large", 2, 4));
        assertThat(parked.groups("weather", By.KEY, Query.ALL))
                .containsExactly(new Group("a", 1, 3), new Group("b", 1, 1));
        assertThat(parked.keys("weather", Query.ALL, 10))
                .extracting(ParkedMessages.ParkedKey::key, ParkedMessages.ParkedKey::messages)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("a", 3L), org.assertj.core.groups.Tuple.tuple("b", 1L));
        assertThat(parked.messages("weather", new Query("a", null, null, null), 1, 10))
                .extracting(ParkedMessages.Parked::position)
                .containsExactly(2L, 5L);
    }

    @Test
    void of_a_key_are_retried_in_order_and_the_key_goes_on_live() {
        parkTwoKeys();
        poison.clear();

        assertThat(parked.retry("weather", new Query("a", null, null, null), null, "ann"))
                .isEqualTo(1);
        await().until(() -> status().parkedKeys() == 1);
        outbox.write("a", "b");

        await().until(() -> sink.positionsOf("a").size() == 4);
        assertThat(sink.positionsOf("a")).containsExactly(1L, 2L, 5L, 6L);
        await().until(() -> status().parkedMessages() == 2);
        assertThat(sink.positionsOf("b")).isEmpty();
        assertThat(actions()).contains("ann outbox.retry weather");
    }

    @Test
    void keep_the_order_of_their_key_while_more_of_it_is_written() {
        parkTwoKeys();
        poison.clear();
        parked.retry("weather", Query.ALL, null, "ann");
        for (int n = 0; n < 50; n++) {
            outbox.write(
                    IntStream.range(0, 20).mapToObj(m -> m % 2 == 0 ? "a" : "b").toList());
        }

        await().until(() -> sink.taken().size() == 1_005);
        assertThat(sink.byKey().values())
                .allSatisfy(positions -> assertThat(positions).isSorted());
        await().until(() -> status().parkedKeys() == 0);
    }

    @Test
    void are_parked_again_when_they_are_refused_again() {
        parkTwoKeys();
        parked.retry("weather", new Query(null, "too large", Outbox.TYPE, null), null, "ann");

        await().until(() -> parked.keys("weather", Query.ALL, 10).stream().allMatch(key -> key.attempts() == 2));
        assertThat(status().parkedMessages()).isEqualTo(4);
        assertThat(parked.keys("weather", Query.ALL, 10)).noneMatch(ParkedMessages.ParkedKey::retrying);
    }

    @Test
    void that_wait_for_their_retry_are_told_from_those_that_wait_for_somebody() {
        parkTwoKeys();
        sink.answer(message -> new Unavailable("maintenance"));
        parked.retry("weather", new Query("a", null, null, null), null, "ann");

        await().until(() -> "maintenance".equals(status().trouble()));
        assertThat(parked.keys("weather", Query.ALL, 10))
                .extracting(ParkedMessages.ParkedKey::key, ParkedMessages.ParkedKey::retrying)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("a", true),
                        org.assertj.core.groups.Tuple.tuple("b", false));
        Query retrying = new Query(null, null, null, true);
        assertThat(parked.keys("weather", retrying, 10))
                .extracting(ParkedMessages.ParkedKey::key)
                .containsExactly("a");
        assertThat(parked.messages("weather", retrying, 0, 10))
                .extracting(ParkedMessages.Parked::position)
                .containsExactly(1L, 2L, 5L);
        assertThat(parked.groups("weather", By.TYPE, retrying)).containsExactly(new Group(Outbox.TYPE, 1, 3));
        Query waiting = new Query(null, "too large", Outbox.TYPE, false);
        assertThat(parked.keys("weather", waiting, 10))
                .extracting(ParkedMessages.ParkedKey::key)
                .containsExactly("b");
        assertThat(parked.groups("weather", By.REASON, waiting)).containsExactly(new Group("too large", 1, 1));
    }

    @Test
    void are_retried_one_by_one_only_in_order() {
        parkTwoKeys();
        poison.clear();

        assertThatThrownBy(() -> parked.retryOne("weather", 2, null, "ann"))
                .isInstanceOf(ParkedMessageException.class)
                .hasMessageContaining("behind position 1");
        parked.retryOne("weather", 1, null, "ann");
        await().until(() -> status().parkedMessages() == 3);
        assertThat(sink.positionsOf("a")).containsExactly(1L);
        assertThat(status().parkedKeys()).isEqualTo(2);
    }

    @Test
    void are_skipped_with_a_reason_and_then_the_key_is_free() {
        parkTwoKeys();

        parked.skipOne("weather", 4, "sent by hand", "ann");
        await().until(() -> status().parkedKeys() == 1);
        outbox.write("b");
        await().until(() -> sink.positionsOf("b").equals(List.of(6L)));
        assertThat(parked.skip("weather", Query.ALL, "outdated", "ann")).isEqualTo(1);
        await().until(() -> status().parkedKeys() == 0);
        assertThat(status().skippedMessages()).isEqualTo(4);
        assertThat(actions()).contains("ann outbox.skip-one weather sent by hand", "ann outbox.skip weather outdated");
    }

    private List<String> actions() {
        try (Connection connection = outbox.dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT concat_ws(' ', actor, action, target, reason) FROM event_store.operator_action")) {
            List<String> actions = new ArrayList<>();
            while (rows.next()) {
                actions.add(rows.getString(1));
            }
            return actions;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
