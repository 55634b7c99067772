package dev.varve.app.feed;

import dev.varve.outbox.sink.CloudEvents;
import java.time.Duration;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What feeds offer. None of these may change while the server runs.
 *
 * @param heartbeat how often an idle stream says that it is alive, and how far it has come; shorter than the idle time
 *     of the proxies in between, which is often 60 s
 * @param maxStreams streams at once on this node; the next one is told to come back later
 * @param maxWait longest time a page may wait for its first message, whatever {@code timeout} asks for
 * @param source CloudEvents {@code source} of what feeds give, a URI; <code>{context}</code> in it stands for the
 *     message's context. Consumers tell messages apart by it and the id, so say once whose they are and keep it
 * @param schemaBase what {@code dataschema} begins with; without it there is none
 */
@ConfigurationProperties(prefix = "varve.feed", ignoreUnknownFields = false)
record FeedSettings(
        @DefaultValue("15s") Duration heartbeat,
        @DefaultValue("5000") int maxStreams,
        @DefaultValue("60s") Duration maxWait,
        @DefaultValue("urn:varve:{context}") String source,
        Optional<String> schemaBase) {

    FeedSettings {
        try {
            CloudEvents.of(source, schemaBase);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("varve.feed." + e.getMessage(), e);
        }
        if (heartbeat.compareTo(Duration.ofMillis(100)) < 0) {
            throw new IllegalArgumentException(
                    "varve.feed.heartbeat is %s, and must be at least 100ms".formatted(heartbeat));
        }
        if (maxStreams < 0) {
            throw new IllegalArgumentException(
                    "varve.feed.max-streams is %d, and must be at least 0".formatted(maxStreams));
        }
        if (maxWait.isNegative()) {
            throw new IllegalArgumentException(
                    "varve.feed.max-wait is %s, and must not be negative".formatted(maxWait));
        }
    }

    /** How messages are written. */
    CloudEvents events() {
        return CloudEvents.of(source, schemaBase);
    }
}
