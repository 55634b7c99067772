package dev.varve.outbox.sink.webhook;

import dev.varve.outbox.SinkSettings;
import dev.varve.outbox.sink.CloudEvents;
import dev.varve.outbox.sink.SettingsCheck;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;

/** What a webhook subscription says. */
record WebhookEndpoint(
        String subscription,
        URI url,
        WebhookSignature signature,
        CloudEvents events,
        Duration timeout,
        int concurrency) {

    static final Set<String> SECRETS = Set.of("secret", "next-secret");

    static final Set<String> SETTINGS =
            Set.of("url", "secret", "next-secret", "timeout", "concurrency", "pause-after", "source", "schema-base");

    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(1);
    private static final int MOST_AT_ONCE = 256;
    private static final int HIGHEST_PORT = 65_535;

    static WebhookEndpoint of(SinkSettings settings) {
        return new WebhookEndpoint(
                settings.subscription(),
                url(settings),
                signature(settings),
                CloudEvents.of(settings),
                timeout(settings),
                concurrency(settings));
    }

    static List<String> violations(SinkSettings settings) {
        return new SettingsCheck()
                .read(() -> url(settings))
                .read(() -> secret(settings))
                .read(() -> nextSecret(settings))
                .read(() -> CloudEvents.of(settings))
                .read(() -> timeout(settings))
                .read(() -> concurrency(settings))
                .read(() -> pauseAfter(settings))
                .violations();
    }

    private static URI url(SinkSettings settings) {
        String written = settings.required("url");
        try {
            URI url = new URI(written);
            boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
            boolean bare = url.getUserInfo() == null && url.getFragment() == null;
            if (web && url.getHost() != null && url.getPort() <= HIGHEST_PORT && bare) {
                return url;
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("url is not a URL: " + e.getReason(), e);
        }
        throw new IllegalArgumentException(
                "url must be an https or http URL with a host, no port above %d, and without user and fragment"
                        .formatted(HIGHEST_PORT));
    }

    private static WebhookSignature signature(SinkSettings settings) {
        return new WebhookSignature(Stream.concat(Stream.of(secret(settings)), nextSecret(settings).stream())
                .toList());
    }

    private static SecretKeySpec secret(SinkSettings settings) {
        return WebhookSignature.key("secret", settings.required("secret"));
    }

    private static Optional<SecretKeySpec> nextSecret(SinkSettings settings) {
        return settings.text("next-secret").map(secret -> WebhookSignature.key("next-secret", secret));
    }

    private static Duration timeout(SinkSettings settings) {
        Duration timeout = settings.duration("timeout", Duration.ofSeconds(15));
        if (timeout.compareTo(LONGEST_TIMEOUT) > 0 || !timeout.isPositive()) {
            throw new IllegalArgumentException(
                    "timeout is %s, and must be positive and at most %s".formatted(timeout, LONGEST_TIMEOUT));
        }
        return timeout;
    }

    private static int concurrency(SinkSettings settings) {
        int concurrency = settings.integer("concurrency", 16);
        if (concurrency < 1 || concurrency > MOST_AT_ONCE) {
            throw new IllegalArgumentException(
                    "concurrency is %d, and must be 1 to %d".formatted(concurrency, MOST_AT_ONCE));
        }
        return concurrency;
    }

    static Duration pauseAfter(SinkSettings settings) {
        Duration pauseAfter = settings.duration("pause-after", Duration.ofDays(3));
        if (!pauseAfter.isPositive()) {
            throw new IllegalArgumentException("pause-after is %s, and must be positive".formatted(pauseAfter));
        }
        return pauseAfter;
    }

    /** Without the URL, which may hold a token, and without secrets. */
    @Override
    public String toString() {
        return "webhook of subscription " + subscription;
    }
}
