package dev.varve.outbox;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.LogSignals;
import dev.varve.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.jdbc.core.JdbcTemplate;

/** An outbox in a database of its own, with as many nodes as a test wants. */
final class Outbox implements AutoCloseable {

    /** A lease lasts long enough for a machine under load to renew it, for who loses one sends some messages again. */
    static final RelaySettings QUICK = new RelaySettings(
            Duration.ofSeconds(2),
            Duration.ofMillis(50),
            1_000,
            5_000,
            16 << 20,
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            new Backoff(Duration.ofMillis(5), Duration.ofMillis(50)),
            new Backoff(Duration.ofMillis(10), Duration.ofMillis(100)),
            2);

    static final String TYPE = "dev.varve.weather.rained.v1";

    final HikariDataSource dataSource = new HikariDataSource();
    final LogSignals signals = new LogSignals();
    final MessageLog messages;
    final Subscriptions subscriptions;
    private final List<Runnable> toClose = new ArrayList<>();
    private final AtomicInteger nodes = new AtomicInteger();
    private long head;

    Outbox() {
        dataSource.setDataSource(TestDatabase.migrated().dataSource());
        dataSource.setMaximumPoolSize(12);
        messages = new MessageLog(dataSource);
        subscriptions = new Subscriptions(dataSource, messages);
    }

    /** A node that delivers to these sinks. */
    Relay node(SinkFactory... sinks) {
        return node(QUICK, sinks);
    }

    Relay node(RelaySettings settings, SinkFactory... sinks) {
        MessageTail tail = new MessageTail(messages, signals, Duration.ofMillis(20));
        Relay relay =
                new Relay("node-" + nodes.incrementAndGet(), dataSource, tail, new Sinks(List.of(sinks)), settings);
        relay.start();
        toClose.addFirst(tail::close);
        toClose.addFirst(relay::close);
        return relay;
    }

    void subscribe(String name, FailurePolicy policy) {
        subscriptions.add(
                new Subscription(name, "recording", Map.of(), Map.of(), SubscriptionFilter.EVERYTHING, policy),
                new StartPosition.Beginning(),
                null,
                "test");
    }

    /** Writes one message for each key, in this order. */
    void write(String... keys) {
        write(List.of(keys));
    }

    private static final String WRITE = """
            INSERT INTO outbox.message (position, id, aggregatetype, aggregateid, type, payload, ts, event_position, headers)
            SELECT ? + n, gen_random_uuid(), 'weather.place', key, ?, json_build_object('n', n), now() AT TIME ZONE 'UTC', ? + n, '{}'
            FROM unnest(?::text[]) WITH ORDINALITY AS k (key, n)
            """;

    synchronized void write(List<String> keys) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(WRITE)) {
            statement.setLong(1, head);
            statement.setString(2, TYPE);
            statement.setLong(3, head);
            Sql.array(statement, 4, "text", keys);
            head += statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        signals.batchWritten(1, head, 0);
    }

    /** What a standby has that had not received the messages after a position, nor what was stored after them. */
    synchronized void lose(long after) {
        new JdbcTemplate(dataSource).execute("""
                        WITH lost AS (DELETE FROM outbox.message WHERE position > %d)
                        UPDATE outbox.delivery SET position = least(position, %d), done_beyond = '{}'
                        """.formatted(after, after));
        head = after;
    }

    synchronized long head() {
        return head;
    }

    @Override
    public void close() {
        toClose.forEach(Runnable::run);
        dataSource.close();
    }
}
