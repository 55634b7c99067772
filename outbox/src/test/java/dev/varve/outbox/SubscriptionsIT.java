package dev.varve.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SubscriptionsIT {

    private Outbox outbox;

    @BeforeEach
    void open() {
        outbox = new Outbox();
        outbox.subscribe("weather", FailurePolicy.DEFAULT);
    }

    @AfterEach
    void close() {
        outbox.close();
    }

    @Test
    void are_paused_once_by_a_program_however_often_it_says_so() throws SQLException {
        outbox.subscriptions.pauseOnce("weather", "it is gone", "webhook");
        outbox.subscriptions.pauseOnce("weather", "it failed for too long", "webhook");

        assertThat(outbox.subscriptions.status("weather"))
                .returns(true, SubscriptionStatus::paused)
                .returns("it is gone", SubscriptionStatus::pausedReason);
        assertThat(pauses()).containsExactly("webhook it is gone");
    }

    @Test
    void keep_why_they_were_resumed_in_the_record_only() throws SQLException {
        outbox.subscriptions.pause("weather", "their holiday", "ann");
        outbox.subscriptions.resume("weather", "they are back", "bob");

        assertThat(outbox.subscriptions.status("weather").pausedReason()).isNull();
        assertThat(pauses()).containsExactly("ann their holiday", "bob they are back");
    }

    @Test
    void changed_by_two_at_once_become_what_both_want() {
        var changing = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> first = threads.submit(() -> outbox.subscriptions.change(
                    "weather",
                    known -> {
                        changing.countDown();
                        await().until(() -> goOn.getCount() == 0);
                        return with(known, "url", "one");
                    },
                    null,
                    "ann"));
            await().until(() -> changing.getCount() == 0);
            Future<?> second = threads.submit(
                    () -> outbox.subscriptions.change("weather", known -> with(known, "timeout", "5s"), null, "bob"));
            await().until(() -> second.isDone() || waitsForARow());
            goOn.countDown();
            await().until(() -> first.isDone() && second.isDone());
        }

        assertThat(outbox.subscriptions.get("weather").settings()).isEqualTo(Map.of("url", "one", "timeout", "5s"));
    }

    private static Subscription with(Subscription known, String setting, String value) {
        Map<String, String> settings = new HashMap<>(known.settings());
        settings.put(setting, value);
        return new Subscription(known.name(), known.sink(), settings, known.secrets(), known.filter(), known.policy());
    }

    private boolean waitsForARow() throws SQLException {
        try (Connection connection = outbox.dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                        SELECT FROM pg_stat_activity
                        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%outbox.subscription%'
                        """)) {
            return rows.next();
        }
    }

    @Nested
    class Of_the_configuration {

        private static final Subscription ORDERS = new Subscription(
                "orders",
                "recording",
                Map.of("url", "one"),
                Map.of(),
                SubscriptionFilter.EVERYTHING,
                FailurePolicy.DEFAULT);

        private void start(Subscription... configured) {
            ConfiguredSubscriptions all = new ConfiguredSubscriptions(outbox.subscriptions);
            for (Subscription wanted : configured) {
                all.want(wanted, new StartPosition.Beginning());
            }
            all.apply();
        }

        @Test
        void are_changed_and_removed_there_and_nowhere_else() {
            start(ORDERS);

            assertThatThrownBy(() -> outbox.subscriptions.change("orders", known -> known, null, "ann"))
                    .isInstanceOf(SubscriptionConfiguredException.class)
                    .hasMessageContaining("varve.outbox.subscriptions.orders");
            assertThatThrownBy(() -> outbox.subscriptions.remove("orders", null, "ann"))
                    .isInstanceOf(SubscriptionConfiguredException.class);
            assertThatThrownBy(() -> outbox.subscriptions.remove("nobody", null, "ann"))
                    .isInstanceOf(SubscriptionUnknownException.class);
            assertThat(outbox.subscriptions.status("orders").origin()).isEqualTo("configuration");
        }

        @Test
        void stay_paused_over_a_start_with_other_settings() {
            start(ORDERS);
            outbox.subscriptions.pause("orders", "their holiday", "ann");
            start(new Subscription(
                    "orders", "recording", Map.of("url", "two"), Map.of(), ORDERS.filter(), ORDERS.policy()));

            assertThat(outbox.subscriptions.status("orders"))
                    .returns(true, SubscriptionStatus::paused)
                    .returns("their holiday", SubscriptionStatus::pausedReason)
                    .returns(Map.of("url", "two"), SubscriptionStatus::settings);
        }

        @Test
        void are_the_operators_once_they_are_left_out() {
            start(ORDERS);
            start();

            assertThat(outbox.subscriptions.status("orders").origin()).isEqualTo("operator");
            outbox.subscriptions.remove("orders", null, "ann");
            assertThat(outbox.subscriptions.all())
                    .extracting(SubscriptionStatus::name)
                    .containsExactly("weather");
        }

        @Test
        void are_no_longer_the_operators_once_they_are_written_there() {
            start(outbox.subscriptions.get("weather"));

            assertThatThrownBy(() -> outbox.subscriptions.remove("weather", null, "ann"))
                    .isInstanceOf(SubscriptionConfiguredException.class);
        }
    }

    private List<String> pauses() throws SQLException {
        try (Connection connection = outbox.dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                        SELECT concat_ws(' ', actor, reason) FROM event_store.operator_action
                        WHERE action IN ('outbox.pause', 'outbox.resume') ORDER BY number
                        """)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }
}
