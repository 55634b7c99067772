package dev.varve.outbox.sink.webhook;

import dev.varve.outbox.Delivery;
import dev.varve.outbox.Sink;
import dev.varve.outbox.SinkFactory;
import dev.varve.outbox.SinkSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.util.Timeout;

/**
 * Sinks of kind {@code webhook}. Settings:
 *
 * <ul>
 *   <li>{@code url}: required; https or http. Its name must lead to public addresses, unless {@code
 *       varve.outbox.webhook.allowed-private-hosts} of the node names it.
 *   <li>{@code secret}: required; {@code whsec_} and the Base64 of 24 to 64 bytes, one for each endpoint.
 *   <li>{@code next-secret}: while secrets change, every request carries a signature by each.
 *   <li>{@code timeout} ({@code 15s}, at most {@code 60s}): for the whole request.
 *   <li>{@code concurrency} ({@code 16}): requests at once; of one key there is never more than one.
 *   <li>{@code pause-after} ({@code 3d}): an endpoint that has failed this long, whichever nodes called it, pauses the
 *       subscription, as a 410 does at once. An operator resumes it.
 *   <li>{@code source} ({@code urn:varve:{context}}) and {@code schema-base}: CloudEvents {@code source}, and what {@code
 *       dataschema} begins with.
 * </ul>
 */
public final class WebhookSinkFactory implements SinkFactory {

    /** Ends the deliveries of a subscription until an operator resumes it. */
    @FunctionalInterface
    public interface Pause {
        void pause(String subscription, String reason);
    }

    private final Set<String> allowedPrivateHosts;
    private final Pause pause;
    private final InstantSource clock;

    /** @param allowedPrivateHosts names of hosts inside our own network that may be called */
    public WebhookSinkFactory(Set<String> allowedPrivateHosts, Pause pause, InstantSource clock) {
        this.allowedPrivateHosts = Set.copyOf(allowedPrivateHosts);
        this.pause = pause;
        this.clock = clock;
    }

    @Override
    public String kind() {
        return "webhook";
    }

    @Override
    public Set<String> secrets() {
        return WebhookEndpoint.SECRETS;
    }

    @Override
    public List<String> violations(SinkSettings settings) {
        return WebhookEndpoint.violations(settings);
    }

    @Override
    public boolean knows(String setting) {
        return WebhookEndpoint.SETTINGS.contains(setting);
    }

    @Override
    public Optional<Duration> pauseAfter(SinkSettings settings) {
        return Optional.of(WebhookEndpoint.pauseAfter(settings));
    }

    @Override
    public Sink open(SinkSettings settings) {
        WebhookEndpoint endpoint = WebhookEndpoint.of(settings);
        return new WebhookSink(endpoint, client(endpoint), clock, answer -> watched(endpoint, answer));
    }

    private Delivery watched(WebhookEndpoint endpoint, Delivery answer) {
        if (WebhookAnswers.isGone(answer)) {
            pause.pause(endpoint.subscription(), "the endpoint answered 410: it is gone");
        }
        return answer;
    }

    /** Follows no redirect, keeps no cookie, tries nothing twice: what to do next is the relay's to say. */
    private CloseableHttpClient client(WebhookEndpoint endpoint) {
        Timeout timeout = Timeout.of(endpoint.timeout());
        return HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(new PublicAddresses(allowedPrivateHosts))
                        .setMaxConnTotal(endpoint.concurrency())
                        .setMaxConnPerRoute(endpoint.concurrency())
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(timeout)
                                .setSocketTimeout(timeout)
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(timeout)
                        .setConnectionRequestTimeout(timeout)
                        .build())
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .build();
    }
}
