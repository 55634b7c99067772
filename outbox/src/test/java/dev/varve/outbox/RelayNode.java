package dev.varve.outbox;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.LogSignals;
import dev.varve.outbox.Delivery.Refused;
import dev.varve.outbox.Delivery.Unavailable;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * A node that delivers to the table {@code received}, as a process of its own; it leaves in order when its input ends.
 *
 * <p>Where faults are asked for, acknowledgements are lost, answers are late, and keys that begin with {@code poison}
 * are refused.
 */
final class RelayNode {

    private static RelaySettings settings(Duration lease) {
        return new RelaySettings(
                lease,
                Duration.ofMillis(100),
                200,
                2_000,
                16 << 20,
                Duration.ofSeconds(20),
                Duration.ofSeconds(10),
                new Backoff(Duration.ofMillis(5), Duration.ofMillis(50)),
                new Backoff(Duration.ofMillis(10), Duration.ofMillis(100)),
                2);
    }

    private RelayNode() {}

    /** Arguments: name, address, user and password of the database, and whether there are faults. */
    public static void main(String[] arguments) throws IOException {
        boolean faults = Boolean.parseBoolean(arguments[4]);
        try (HikariDataSource dataSource = new HikariDataSource()) {
            dataSource.setJdbcUrl(arguments[1]);
            dataSource.setUsername(arguments[2]);
            dataSource.setPassword(arguments[3]);
            dataSource.setMaximumPoolSize(12);
            MessageTail tail = new MessageTail(new MessageLog(dataSource), new LogSignals(), Duration.ofMillis(20));
            Relay relay = new Relay(
                    arguments[0],
                    dataSource,
                    tail,
                    new Sinks(List.of(new TableSink(dataSource, arguments[0], faults))),
                    // Without faults a lease that ran out would be one: who lost it sends some messages again.
                    settings(Duration.ofSeconds(faults ? 2 : 5)));
            relay.start();
            while (System.in.read() >= 0) {
                // Whoever started this process tells it to leave by ending its input.
            }
            relay.close();
            tail.close();
        }
    }

    /** Writes each message down and says, mostly, so. */
    private record TableSink(DataSource dataSource, String node, boolean faults) implements SinkFactory {

        private static final String RECEIVE =
                "INSERT INTO received (subscription, position, key, node) VALUES (?, ?, ?, ?)";

        @Override
        public String kind() {
            return "recording";
        }

        @Override
        public List<String> violations(SinkSettings settings) {
            return List.of();
        }

        @Override
        public Sink open(SinkSettings settings) {
            ExecutorService threads = Executors.newFixedThreadPool(4);
            Random chance = new Random(node.hashCode());
            return new Sink() {
                @Override
                public CompletionStage<Delivery> deliver(Message message) {
                    int dice = faults ? chance.nextInt(200) : 100;
                    return CompletableFuture.supplyAsync(() -> take(settings.subscription(), message, dice), threads);
                }

                @Override
                public void close() {
                    threads.close();
                }
            };
        }

        private Delivery take(String subscription, Message message, int dice) {
            if (faults && message.key().startsWith("poison")) {
                return new Refused("poison");
            }
            if (dice == 0) {
                LockSupport.parkNanos(20_000_000);
            }
            if (dice == 1) {
                return new Unavailable("down for a moment");
            }
            try (Connection connection = dataSource.getConnection();
                    PreparedStatement statement = connection.prepareStatement(RECEIVE)) {
                statement.setString(1, subscription);
                statement.setLong(2, message.position());
                statement.setString(3, message.key());
                statement.setString(4, node);
                statement.executeUpdate();
            } catch (SQLException e) {
                return new Unavailable("the table is away");
            }
            return dice == 2 ? new Unavailable("the acknowledgement was lost") : Delivery.DELIVERED;
        }
    }
}
