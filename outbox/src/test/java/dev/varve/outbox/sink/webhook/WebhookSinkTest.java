package dev.varve.outbox.sink.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.standardwebhooks.Webhook;
import dev.varve.outbox.Delivery;
import dev.varve.outbox.Message;
import dev.varve.outbox.Sink;
import dev.varve.outbox.SinkSettings;
import dev.varve.outbox.sink.HandOver;
import dev.varve.outbox.sink.Messages;
import dev.varve.outbox.sink.SinkConformance;
import java.net.InetAddress;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookSinkTest extends SinkConformance {

    private static final String NEXT_SECRET = "whsec_bmV4dCBzZWNyZXQgb2YgdGhlIGVuZHBvaW50IGhlcmU=";

    private final List<String> pauses = new ArrayList<>();
    private final WebhookSinkFactory factory = new WebhookSinkFactory(
            Set.of("localhost"), (subscription, reason) -> pauses.add(reason), Clock.systemUTC());

    @Override
    protected Endpoint consumer() {
        return new Endpoint(factory);
    }

    @Test
    void the_reference_verifier_accepts_the_signatures_of_both_secrets() throws Exception {
        try (Endpoint endpoint = consumer();
                Sink sink = factory.open(endpoint.settings("next-secret", NEXT_SECRET))) {
            Message message = Messages.of(5, "key");
            HandOver.of(sink, List.of(message));

            Endpoint.Posted post = endpoint.posted.getFirst();
            HttpHeaders headers = HttpHeaders.of(post.headers(), (name, value) -> true);
            assertThat(headers.firstValue("webhook-id")).hasValue(message.id().toString());
            for (String secret : List.of(Endpoint.SECRET, NEXT_SECRET)) {
                assertThatCode(() -> new Webhook(secret).verify(new String(post.body(), UTF_8), headers))
                        .doesNotThrowAnyException();
            }
        }
    }

    @Test
    void others_read_the_body_as_a_cloud_event() throws Exception {
        try (Endpoint endpoint = consumer();
                Sink sink = endpoint.open()) {
            Message message = Messages.of(5, "Zürich \"HB\"");
            HandOver.of(sink, List.of(message));

            Endpoint.Posted post = endpoint.posted.getFirst();
            assertThat(post.headers().getFirst("content-type")).startsWith("application/cloudevents+json");
            assertThat(new String(post.body(), UTF_8)).contains(new String(message.payload(), UTF_8));
            assertThat(Endpoint.event(post.body())).satisfies(event -> {
                assertThat(event.getSubject()).isEqualTo("Zürich \"HB\"");
                assertThat(event.getExtension("sequence")).isEqualTo("0000000000000000005");
            });
        }
    }

    @ParameterizedTest
    @CsvSource({
        "301, Refused",
        "307, Refused",
        "400, Refused",
        "404, Refused",
        "413, Refused",
        "401, Unavailable",
        "408, Unavailable",
        "410, Unavailable",
        "500, Unavailable",
        "503, Unavailable",
        "429, Throttled",
        "204, Delivered"
    })
    void each_status_means_one_thing(int status, String meaning) throws Exception {
        try (Endpoint endpoint = consumer();
                Sink sink = endpoint.open()) {
            endpoint.answers((exchange, body) -> {
                exchange.getResponseHeaders().set("Location", endpoint.url());
                return status;
            });

            assertThat(only(HandOver.of(sink, Messages.over(1, 1))).getClass().getSimpleName())
                    .isEqualTo(meaning);
            assertThat(endpoint.posted).as("followed redirects").isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"120, 120", "'Sun, 06 Nov 1994 08:49:37 GMT', 1", "nonsense, 30", "99999999, 3600"})
    void waits_as_long_as_the_endpoint_asks_within_reason(String retryAfter, long seconds) {
        assertThat(new WebhookAnswers(Clock.systemUTC()).of(503, retryAfter))
                .isEqualTo(new Delivery.Throttled(Duration.ofSeconds(seconds)));
    }

    @Test
    void an_endpoint_that_never_answers_is_unavailable_after_the_timeout() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (Endpoint endpoint = consumer();
                Sink sink = factory.open(endpoint.settings("timeout", "300ms"))) {
            endpoint.answers((exchange, body) -> {
                assertThat(awaited(end)).isTrue();
                return 200;
            });

            assertThat(only(HandOver.of(sink, Messages.over(1, 1))))
                    .isEqualTo(new Delivery.Unavailable("no answer in PT0.3S"));
            end.countDown();
        }
    }

    private static boolean awaited(CountDownLatch end) {
        try {
            return end.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    void a_gone_endpoint_pauses_the_subscription() throws Exception {
        try (Endpoint endpoint = consumer();
                Sink sink = endpoint.open()) {
            endpoint.answers(410);

            HandOver.of(sink, Messages.over(1, 1));

            assertThat(pauses).containsExactly("the endpoint answered 410: it is gone");
        }
    }

    @Test
    void an_endpoint_may_fail_three_days_unless_it_says_otherwise() throws Exception {
        try (Endpoint endpoint = consumer()) {
            WebhookSinkFactory factory = new WebhookSinkFactory(Set.of(), (name, reason) -> {}, Clock.systemUTC());

            assertThat(factory.pauseAfter(endpoint.settings("timeout", "5s"))).hasValue(Duration.ofDays(3));
            assertThat(factory.pauseAfter(endpoint.settings("pause-after", "1h")))
                    .hasValue(Duration.ofHours(1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "[::1]", "2130706433", "169.254.169.254", "[::ffff:127.0.0.1]"})
    void nothing_inside_our_network_is_called_unless_it_is_allowed(String host) throws Exception {
        WebhookSinkFactory careful = new WebhookSinkFactory(Set.of(), (name, reason) -> {}, Clock.systemUTC());
        try (Endpoint endpoint = consumer()) {
            SinkSettings settings = endpoint.settings("url", endpoint.url().replace("localhost", host));
            try (Sink sink = careful.open(settings)) {
                assertThat(only(HandOver.of(sink, Messages.over(1, 1))))
                        .isEqualTo(new Delivery.Unavailable("its address is not public"));
            }
            assertThat(endpoint.posted).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "8.8.8.8, true",
        "2600::1, true",
        "0.0.0.0, false",
        "10.1.2.3, false",
        "100.64.0.1, false",
        "127.0.0.2, false",
        "169.254.169.254, false",
        "172.16.0.1, false",
        "192.0.2.1, false",
        "192.168.1.1, false",
        "198.18.0.1, false",
        "224.0.0.1, false",
        "255.255.255.255, false",
        "::, false",
        "::1, false",
        "::7f00:1, false",
        "fc00::1, false",
        "fd00:ec2::254, false",
        "fe80::1, false",
        "64:ff9b::a00:1, false",
        "2002:7f00:1::, false",
        "2001:db8::1, false",
        "ff02::1, false"
    })
    void only_addresses_of_the_public_internet_are_public(String address, boolean open) throws Exception {
        assertThat(PublicAddresses.isPublic(InetAddress.getByName(address))).isEqualTo(open);
    }

    @Test
    void says_everything_that_is_wrong_and_shows_no_secret() {
        SinkSettings settings = new SinkSettings(
                "s", Map.of("url", "ftp://user@host", "secret", "whsec_c2hvcnQ=", "timeout", "2m", "concurrency", "0"));

        assertThat(factory.violations(settings))
                .hasSize(4)
                .noneMatch(violation -> violation.contains("c2hvcnQ"))
                .anyMatch(violation -> violation.startsWith("url must be"))
                .anyMatch(violation -> violation.startsWith("secret must be whsec_"));
    }

    @Test
    void a_port_that_there_cannot_be_is_wrong() {
        SinkSettings settings =
                new SinkSettings("s", Map.of("url", "https://host:65536/", "secret", "whsec_" + "c2VjcmV0".repeat(4)));

        assertThat(factory.violations(settings)).singleElement().asString().startsWith("url must be");
    }

    private static Delivery only(HandOver.Outcome outcome) {
        assertThat(outcome.answers()).hasSize(1);
        return outcome.answers().values().iterator().next();
    }
}
