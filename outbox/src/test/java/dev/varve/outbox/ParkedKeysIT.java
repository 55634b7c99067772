package dev.varve.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.outbox.Leases.Lease;
import dev.varve.outbox.ParkedKeys.Wanted;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** Nobody delivers here: the owner is the test. */
class ParkedKeysIT {

    private static final Lease OWNER = new Lease("weather", 0);

    private Outbox outbox;
    private JdbcTemplate database;
    private ParkedKeys keys;

    @BeforeEach
    void parkOneMessage() {
        outbox = new Outbox();
        database = new JdbcTemplate(outbox.dataSource);
        keys = new ParkedKeys(new Sql(outbox.dataSource));
        outbox.subscribe("weather", FailurePolicy.DEFAULT);
        database.update("INSERT INTO outbox.parked_key (subscription, key, reason, attempts)"
                + " VALUES ('weather', 'a', 'too wet', 1)");
        database.update("INSERT INTO outbox.parked_message (subscription, position, key, type, recorded_at)"
                + " VALUES ('weather', 3, 'a', 'rained', now())");
    }

    @AfterEach
    void close() {
        outbox.close();
    }

    @Test
    void what_an_operator_asks_for_while_a_key_comes_to_rest_stays_wanted() {
        new ParkedMessages(outbox.dataSource).retry("weather", ParkedMessages.Query.ALL, null, "ann");

        assertThat(keys.settle(OWNER, "a")).isFalse();
        assertThat(keys.wanted("weather")).isEqualTo(List.of(new Wanted("a", Long.MAX_VALUE)));
    }

    @Test
    void a_key_whose_first_messages_were_retried_rests_with_the_others() {
        database.update("UPDATE outbox.parked_key SET attention = true, retry_up_to = 2");

        assertThat(keys.settle(OWNER, "a")).isFalse();
        assertThat(keys.wanted("weather")).isEmpty();
        assertThat(keys.all("weather")).containsExactly("a");
    }

    @Test
    void a_key_without_messages_is_free() {
        database.update("DELETE FROM outbox.parked_message");

        assertThat(keys.settle(OWNER, "a")).isTrue();
        assertThat(keys.all("weather")).isEmpty();
    }
}
