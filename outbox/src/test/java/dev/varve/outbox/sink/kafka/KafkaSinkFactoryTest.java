package dev.varve.outbox.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.outbox.SinkSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaSinkFactoryTest {

    private final KafkaSinkFactory factory = new KafkaSinkFactory();

    @ParameterizedTest
    @ValueSource(strings = {"broker", "broker:", "broker:many", "broker:65536", "a:9092,b", "not a server", ","})
    void names_servers_that_cannot_be(String servers) {
        assertThat(factory.violations(new SinkSettings("s", Map.of("bootstrap-servers", servers))))
                .singleElement()
                .asString()
                .startsWith("bootstrap-servers is '%s', and must be".formatted(servers));
    }

    @ParameterizedTest
    @ValueSource(strings = {"broker:9092", "a:9092, b:9092", "[::1]:9092", "PLAINTEXT://10.0.0.1:9092"})
    void takes_servers_that_can_be(String servers) {
        assertThat(factory.violations(new SinkSettings("s", Map.of("bootstrap-servers", servers))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"two words", "café", "{topic}/{type}", "{colour}", ".", ".."})
    void names_a_topic_that_cannot_be(String topic) {
        assertThat(factory.violations(
                        new SinkSettings("s", Map.of("bootstrap-servers", "broker:9092", "topic", topic))))
                .singleElement()
                .asString()
                .startsWith("topic is '%s', and must be".formatted(topic));
    }

    @Test
    void names_everything_at_once() {
        assertThat(factory.violations(new SinkSettings(
                        "s", Map.of("topic", "a topic", "checkpoint-topic", "another one", "format", "paper"))))
                .extracting(violation -> violation.split(" ", 2)[0])
                .containsExactlyInAnyOrder("bootstrap-servers", "topic", "checkpoint-topic", "format");
    }
}
