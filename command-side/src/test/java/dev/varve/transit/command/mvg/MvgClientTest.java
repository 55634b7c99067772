package dev.varve.transit.command.mvg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.varve.transit.command.mvg.Upstream.Answer;
import dev.varve.transit.events.ExternalStatus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.util.unit.DataSize;

class MvgClientTest {

    private static final String PATH = Upstream.API + "/departures";

    private final Upstream mvg = new Upstream();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private MvgClient client = client(mvg.apiUrl(), Duration.ofSeconds(10));

    private MvgClient client(String url, Duration timeout) {
        return new MvgClient(Settings.mvg(url, timeout, DataSize.ofKilobytes(4)), new MvgMetrics(registry));
    }

    @AfterEach
    void stop() {
        client.close();
        mvg.close();
    }

    private void assertFails(ExternalStatus status, String detail) {
        assertThatExceptionOfType(UpstreamFailure.class)
                .isThrownBy(() -> client.departures(Recorded.STATION, 10, 0, List.of()))
                .satisfies(failure -> {
                    assertThat(failure.status()).isEqualTo(status);
                    assertThat(failure.detail()).contains(detail);
                });
    }

    private double metered(String result) {
        return registry.get("bahnvision.mvg.requests")
                .tags("endpoint", "departures", "result", result)
                .counter()
                .count();
    }

    @ParameterizedTest
    @CsvSource({
        "400,DOWNSTREAM_ERROR,error,1",
        "404,NOT_FOUND,not_found,1",
        "429,RATE_LIMITED,error,1",
        "500,DOWNSTREAM_ERROR,error,1",
        "301,DOWNSTREAM_ERROR,error,1",
        "503,DOWNSTREAM_ERROR,error,2"
    })
    void every_status_has_an_outcome_and_only_a_gateway_is_asked_twice(
            int code, ExternalStatus status, String result, int requests) {
        mvg.on(PATH, Answer.error(code));

        assertFails(status, Integer.toString(code));
        assertThat(metered(result)).isOne();
        assertThat(mvg.requests()).hasSize(requests);
    }

    @Test
    void a_second_attempt_may_succeed() {
        AtomicInteger attempts = new AtomicInteger();
        mvg.on(PATH, query -> attempts.getAndIncrement() == 0 ? Answer.error(502) : Answer.ok("[]"));

        assertThat(client.departures(Recorded.STATION, 10, 0, List.of())).isEmpty();
        assertThat(metered("success")).isOne();
    }

    @Test
    void an_answer_that_takes_too_long_is_a_time_out() {
        client.close();
        client = client(mvg.apiUrl(), Duration.ofMillis(100));
        CountDownLatch gate = new CountDownLatch(1);
        mvg.on(PATH, Answer.ok("[]").after(gate));

        assertFails(ExternalStatus.TIMEOUT, "within 100 ms");
        assertThat(mvg.requests()).hasSize(1);
        gate.countDown();
    }

    @Test
    void a_body_that_never_ends_is_a_time_out_too() throws IOException {
        try (ServerSocket dripping = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            client.close();
            client = client(
                    "http://" + dripping.getInetAddress().getHostAddress() + ":" + dripping.getLocalPort(),
                    Duration.ofMillis(300));
            Thread.ofVirtual().start(() -> {
                try {
                    var connection = dripping.accept();
                    connection
                            .getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n["
                                    .getBytes(StandardCharsets.US_ASCII));
                    connection.getOutputStream().flush();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertFails(ExternalStatus.TIMEOUT, "within 300 ms");
        }
    }

    @Test
    void an_answer_that_is_too_long_no_JSON_or_no_list_is_an_upstream_error() {
        mvg.on(PATH, Answer.ok(Recorded.list("\"" + "x".repeat(5000) + "\"")));
        assertFails(ExternalStatus.DOWNSTREAM_ERROR, "departures");
        mvg.on(PATH, Answer.ok("<html>"));
        assertFails(ExternalStatus.DOWNSTREAM_ERROR, "no JSON");
        mvg.on(PATH, Answer.ok("{}"));
        assertFails(ExternalStatus.DOWNSTREAM_ERROR, "no list");
    }

    @Test
    void a_server_that_is_not_there_is_an_upstream_error() {
        mvg.close();

        assertFails(ExternalStatus.DOWNSTREAM_ERROR, "two attempts");
    }
}
