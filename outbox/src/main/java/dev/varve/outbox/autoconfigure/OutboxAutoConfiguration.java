package dev.varve.outbox.autoconfigure;

import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.autoconfigure.EventStoreAutoConfiguration;
import dev.varve.eventstore.axon.OutgoingMessages;
import dev.varve.outbox.ConfiguredSubscriptions;
import dev.varve.outbox.MessageLog;
import dev.varve.outbox.MessageTail;
import dev.varve.outbox.ParkedMessages;
import dev.varve.outbox.Relay;
import dev.varve.outbox.Replays;
import dev.varve.outbox.Retention;
import dev.varve.outbox.SinkFactory;
import dev.varve.outbox.Sinks;
import dev.varve.outbox.Subscriptions;
import dev.varve.outbox.contract.AsyncApi;
import dev.varve.outbox.contract.ContractedMessages;
import dev.varve.outbox.contract.MessageContracts;
import dev.varve.outbox.contract.MessageSchemas;
import dev.varve.outbox.contract.PublishedEvents;
import dev.varve.outbox.sink.kafka.KafkaSinkFactory;
import dev.varve.outbox.sink.log.LogSinkFactory;
import dev.varve.outbox.sink.webhook.WebhookSinkFactory;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;

/** Delivers the messages that are in the outbox beside the log; each {@link SinkFactory} bean is a kind of sink. */
@AutoConfiguration(after = EventStoreAutoConfiguration.class)
@ConditionalOnBean({DataSource.class, LogSignals.class})
@ConditionalOnProperty(name = "varve.outbox.enabled", matchIfMissing = true)
@EnableConfigurationProperties({OutboxProperties.class, WebhookProperties.class})
public class OutboxAutoConfiguration {

    @Bean
    MessageLog varveMessageLog(DataSource dataSource) {
        return new MessageLog(dataSource);
    }

    @Bean
    MessageTail varveMessageTail(MessageLog messages, LogSignals signals, OutboxProperties properties) {
        return new MessageTail(messages, signals, properties.maxPollInterval());
    }

    @Bean
    Subscriptions varveSubscriptions(DataSource dataSource, MessageLog messages) {
        return new Subscriptions(dataSource, messages);
    }

    @Bean
    ParkedMessages varveParkedMessages(DataSource dataSource) {
        return new ParkedMessages(dataSource);
    }

    @Bean
    Replays varveReplays(DataSource dataSource, MessageLog messages) {
        return new Replays(dataSource, messages);
    }

    @Bean
    Retention varveOutboxRetention(DataSource dataSource, OutboxProperties properties) {
        return new Retention(dataSource, properties.retention());
    }

    /** An application gathers its contracts as it likes; one without any tells others nothing. */
    @Bean
    @ConditionalOnMissingBean
    MessageContracts varveMessageContracts() {
        return MessageContracts.of(List.of());
    }

    @Bean
    AsyncApi varveAsyncApi(MessageContracts contracts) {
        return new AsyncApi(contracts, new MessageSchemas());
    }

    @Bean
    @ConditionalOnMissingBean(OutgoingMessages.class)
    ContractedMessages varveContractedMessages(
            ObjectProvider<PublishedEvents<?>> published, MessageContracts contracts) {
        return new ContractedMessages(published.stream().toList(), contracts);
    }

    @Bean
    LogSinkFactory varveLogSinkFactory() {
        return new LogSinkFactory();
    }

    @Bean
    KafkaSinkFactory varveKafkaSinkFactory() {
        return new KafkaSinkFactory();
    }

    @Bean
    WebhookSinkFactory varveWebhookSinkFactory(Subscriptions subscriptions, WebhookProperties properties) {
        return new WebhookSinkFactory(
                properties.allowedPrivateHosts(),
                (subscription, reason) -> subscriptions.pauseOnce(subscription, reason, "webhook"),
                Clock.systemUTC());
    }

    @Bean
    Sinks varveSinks(ObjectProvider<SinkFactory> factories) {
        return new Sinks(factories.stream().toList());
    }

    /** What is wrong with a subscription of the configuration stops the start. */
    @Bean
    ConfiguredSubscriptions varveConfiguredSubscriptions(
            Subscriptions subscriptions, Sinks sinks, OutboxProperties properties) {
        ConfiguredSubscriptions configured = new ConfiguredSubscriptions(subscriptions);
        properties.subscriptions().forEach((name, wanted) -> {
            try {
                configured.want(wanted.as(name, sinks), wanted.from());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "varve.outbox.subscriptions.%s: %s".formatted(name, e.getMessage()), e);
            }
        });
        return configured;
    }

    @Bean
    Relay varveRelay(DataSource dataSource, MessageTail tail, Sinks sinks, OutboxProperties properties) {
        return new Relay(
                nodeName(),
                dataSource,
                tail,
                sinks,
                properties.relaySettings(() -> ThreadLocalRandom.current().nextDouble()));
    }

    /** Starts when the context is ready, by when the migrations have run. */
    @Bean
    ApplicationListener<ApplicationReadyEvent> varveRelayStart(
            Relay relay, ConfiguredSubscriptions configured, Retention retention, OutboxProperties properties) {
        return ready -> {
            if (properties.relay()) {
                configured.apply();
                relay.start();
                retention.start(Duration.ofMinutes(5));
            }
        };
    }

    /** Process and machine, and a few digits because a container's processes all have the same number. */
    private static String nodeName() {
        byte[] digits = new byte[3];
        ThreadLocalRandom.current().nextBytes(digits);
        return ManagementFactory.getRuntimeMXBean().getName() + "-"
                + HexFormat.of().formatHex(digits);
    }
}
