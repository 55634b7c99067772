package dev.varve.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Each write of a checkpoint or a lease leaves a version of its row behind, which a snapshot that is held keeps. So they
 * are written at intervals, which here never come, however many messages are delivered.
 */
class CheckpointWritesIT {

    private static final int ROUNDS = 100;
    private static final int OF_EACH = 50;

    private static final Duration NEVER = Duration.ofHours(5);
    private static final RelaySettings AT_LONG_INTERVALS = new RelaySettings(
            NEVER,
            NEVER,
            Outbox.QUICK.inFlight(),
            Outbox.QUICK.windowMessages(),
            Outbox.QUICK.windowBytes(),
            Outbox.QUICK.deliveryTimeout(),
            Outbox.QUICK.drainTimeout(),
            Outbox.QUICK.refusal(),
            Outbox.QUICK.outage(),
            Outbox.QUICK.connections());

    private final Outbox outbox = new Outbox();
    private final JdbcTemplate database = new JdbcTemplate(outbox.dataSource);
    private final RecordingSink sink = new RecordingSink();

    @BeforeEach
    void countWrites() {
        outbox.subscribe("weather", FailurePolicy.DEFAULT);
        database.execute("CREATE TABLE public.written (of text)");
        database.execute("""
                CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    INSERT INTO public.written VALUES (TG_TABLE_NAME);
                    RETURN NULL;
                END $$
                """);
        for (String table : new String[] {"delivery", "relay_node"}) {
            database.execute("CREATE TRIGGER note AFTER INSERT OR UPDATE ON outbox." + table
                    + " FOR EACH ROW EXECUTE FUNCTION public.note()");
        }
    }

    @AfterEach
    void close() {
        outbox.close();
    }

    @Test
    void are_as_many_as_their_intervals_and_not_as_the_messages() {
        Relay relay = outbox.node(AT_LONG_INTERVALS, sink);
        for (int round = 1; round <= ROUNDS; round++) {
            outbox.write(Collections.nCopies(OF_EACH, "place-" + round));
            int delivered = round * OF_EACH;
            await().pollInterval(Duration.ofMillis(5)).until(() -> sink.taken().size() == delivered);
        }

        assertThat(written("relay_node")).isEqualTo(1);
        // When the lease was taken, and when the sink was opened.
        assertThat(written("delivery")).isEqualTo(2);

        relay.close();
        assertThat(outbox.subscriptions.status("weather").position()).isEqualTo(ROUNDS * OF_EACH);
    }

    private long written(String table) {
        return database.queryForList("SELECT FROM public.written WHERE of = ?", table)
                .size();
    }
}
