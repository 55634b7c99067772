package dev.varve.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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
