package dev.varve.outbox.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.outbox.Delivery;
import dev.varve.outbox.Message;
import dev.varve.outbox.Sink;
import dev.varve.outbox.SinkSettings;
import dev.varve.outbox.sink.Messages;
import dev.varve.testkit.kafka.KafkaCluster;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The Kafka sink at a broker that asks who it is and what it may do. */
class KafkaAccessIT {

    private static final String TOPIC = "guarded";
    private static final Message MESSAGE = Messages.of(1, "Zürich HB");
    private static KafkaCluster kafka;

    @BeforeAll
    static void start() {
        kafka = KafkaCluster.startGuarded();
        kafka.createTopic(TOPIC, 1);
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @Test
    void says_who_it_is() throws Exception {
        kafka.allow(TOPIC);

        assertThat(deliveredAs(KafkaCluster.GUEST_PASSWORD)).isEqualTo(Delivery.DELIVERED);
    }

    @Test
    void is_unavailable_with_a_wrong_password_and_does_not_show_it() throws Exception {
        assertThat(deliveredAs("no-such-password"))
                .isInstanceOfSatisfying(
                        Delivery.Unavailable.class,
                        answer -> assertThat(answer.reason())
                                .contains("SaslAuthenticationException")
                                .doesNotContain("no-such-password"));
    }

    /** Who changes access rights means the topic and no message: what waits goes on when the right is there again. */
    @Test
    void is_unavailable_while_it_may_not_write() throws Exception {
        kafka.forbid(TOPIC);

        assertThat(deliveredAs(KafkaCluster.GUEST_PASSWORD))
                .isEqualTo(new Delivery.Unavailable("not authorized to write to the topic " + TOPIC));

        kafka.allow(TOPIC);
        assertThat(deliveredAs(KafkaCluster.GUEST_PASSWORD)).isEqualTo(Delivery.DELIVERED);
    }

    private static Delivery deliveredAs(String password) throws Exception {
        Map<String, String> values =
                new HashMap<>(Map.of("bootstrap-servers", kafka.bootstrapServers(), "topic", TOPIC));
        KafkaCluster.identity(KafkaCluster.GUEST, password)
                .forEach((name, value) -> values.put("client." + name, value));
        try (Sink sink = new KafkaSinkFactory().open(new SinkSettings("guarded", values))) {
            return sink.deliver(MESSAGE).toCompletableFuture().get(60, TimeUnit.SECONDS);
        }
    }
}
