package dev.varve.app.feed;

import dev.varve.app.web.BeforeShutdown;
import dev.varve.outbox.MessageLog;
import dev.varve.outbox.MessageTail;
import dev.varve.outbox.sink.feed.Feed;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Feeds are there wherever the outbox is. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "varve.outbox.enabled", matchIfMissing = true)
@EnableConfigurationProperties(FeedSettings.class)
class FeedConfiguration {

    @Bean
    Feed feed(MessageTail tail, MessageLog messages) {
        return new Feed(tail, messages);
    }

    @Bean
    FeedStreams feedStreams(Feed feed, FeedSettings settings, BeforeShutdown shutdown) {
        return new FeedStreams(feed, settings, shutdown);
    }
}
