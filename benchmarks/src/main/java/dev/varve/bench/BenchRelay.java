package dev.varve.bench;

import dev.varve.eventstore.LogSignals;
import dev.varve.outbox.FailurePolicy;
import dev.varve.outbox.MessageLog;
import dev.varve.outbox.MessageTail;
import dev.varve.outbox.Relay;
import dev.varve.outbox.RelaySettings;
import dev.varve.outbox.SinkFactory;
import dev.varve.outbox.Sinks;
import dev.varve.outbox.StartPosition;
import dev.varve.outbox.SubscriptionFilter;
import dev.varve.outbox.Subscriptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** A node that relays everything to one subscription, with the settings that come without asking; it must be started. */
final class BenchRelay implements AutoCloseable {

    static final String SUBSCRIPTION = "bench";

    private final Subscriptions subscriptions;
    private final MessageTail tail;
    private final Relay relay;

    private BenchRelay(Subscriptions subscriptions, MessageTail tail, Relay relay) {
        this.subscriptions = subscriptions;
        this.tail = tail;
        this.relay = relay;
    }

    /** With a new subscription, from the beginning. */
    static BenchRelay adding(DataSource database, LogSignals signals, SinkFactory sink, Map<String, String> settings) {
        MessageLog messages = new MessageLog(database);
        new Subscriptions(database, messages)
                .add(
                        new Sinks(List.of(sink))
                                .subscription(
                                        SUBSCRIPTION,
                                        sink.kind(),
                                        settings,
                                        SubscriptionFilter.EVERYTHING,
                                        FailurePolicy.DEFAULT),
                        new StartPosition.Beginning(),
                        null,
                        "bench");
        return existing(database, signals, sink);
    }

    /** With the subscription that is there, from where it is. */
    static BenchRelay existing(DataSource database, LogSignals signals, SinkFactory sink) {
        MessageLog messages = new MessageLog(database);
        MessageTail tail = new MessageTail(messages, signals, Duration.ofMillis(100));
        Relay relay = new Relay("bench", database, tail, new Sinks(List.of(sink)), RelaySettings.DEFAULT);
        return new BenchRelay(new Subscriptions(database, messages), tail, relay);
    }

    void start() {
        relay.start();
    }

    /** Up to where everything was acknowledged and saved. */
    long checkpoint() {
        return subscriptions.status(SUBSCRIPTION).position();
    }

    @Override
    public void close() {
        relay.close();
        tail.close();
    }
}
