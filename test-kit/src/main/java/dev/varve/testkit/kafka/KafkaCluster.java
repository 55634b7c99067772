package dev.varve.testkit.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;

/**
 * Kafka brokers on this machine, each a process that is controller too (KRaft), so that one can be killed as a machine
 * dies: without a farewell.
 */
public final class KafkaCluster implements AutoCloseable {

    static final String CONTROLLER = "CONTROLLER";

    /** Somebody with a password and no rights of their own. */
    public static final String GUEST = "guest";

    public static final String GUEST_PASSWORD = "guest-password";

    private static final String OWNER = "owner";
    private static final String OWNER_PASSWORD = "owner-password";
    private static final String CLIENTS = "CLIENTS";
    private static final Duration START = Duration.ofMinutes(3);

    private static final int LOWEST_PORT = 20_000;

    /** From here on Linux, and later others, give ports to whoever connects: such a one may be gone before a broker has it. */
    private static final int LOWEST_GIVEN_PORT = 32_768;

    private final String id = Uuid.randomUuid().toString();
    private final Path directory;
    private final int[] clientPorts;
    private final int[] controllerPorts;
    private final Process[] processes;
    private final boolean guarded;

    private KafkaCluster(Path directory, int brokers, boolean guarded) {
        this.directory = directory;
        this.guarded = guarded;
        int[] ports = freePorts(2 * brokers);
        this.clientPorts = IntStream.range(0, brokers).map(i -> ports[i]).toArray();
        this.controllerPorts =
                IntStream.range(0, brokers).map(i -> ports[brokers + i]).toArray();
        this.processes = new Process[brokers];
    }

    /** Starts that many brokers and waits until all are there. */
    public static KafkaCluster start(int brokers) {
        return start(brokers, false);
    }

    /** One broker that asks for a password (SASL PLAIN) and lets {@link #GUEST} do what it was {@link #allow allowed} to. */
    public static KafkaCluster startGuarded() {
        return start(1, true);
    }

    private static KafkaCluster start(int brokers, boolean guarded) {
        try {
            KafkaCluster cluster = new KafkaCluster(Files.createTempDirectory("varve-kafka-"), brokers, guarded);
            for (int broker = 0; broker < brokers; broker++) {
                cluster.processes[broker] = cluster.launch(broker);
            }
            cluster.awaitBrokers(brokers);
            return cluster;
        } catch (IOException e) {
            throw new UncheckedIOException("Kafka did not start", e);
        }
    }

    private static int[] freePorts(int count) {
        return ThreadLocalRandom.current()
                .ints(LOWEST_PORT, LOWEST_GIVEN_PORT)
                .distinct()
                .filter(KafkaCluster::isFree)
                .limit(count)
                .toArray();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    public String bootstrapServers() {
        return addresses(clientPorts);
    }

    private static String addresses(int... ports) {
        return IntStream.of(ports).mapToObj(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    }

    /** Kills a broker, with SIGKILL where there is such a thing. */
    public void kill(int broker) {
        processes[broker].destroyForcibly().onExit().join();
    }

    /** Starts a killed broker again, with what it had on disk. */
    public void restart(int broker) {
        try {
            processes[broker] = launch(broker);
        } catch (IOException e) {
            throw new UncheckedIOException("broker " + broker + " did not start again", e);
        }
        awaitBrokers(processes.length);
    }

    /** Every broker has a replica of it, and a write needs more than half of them. */
    public void createTopic(String name, int partitions) {
        int replicas = processes.length;
        NewTopic topic = new NewTopic(name, Optional.of(partitions), Optional.of((short) replicas))
                .configs(Map.of("min.insync.replicas", Integer.toString(replicas / 2 + 1)));
        try (Admin admin = admin()) {
            answer(admin.createTopics(List.of(topic)).all());
        }
    }

    /** How many records a topic took, markers of transactions among them. */
    public long recordsIn(String topic) {
        try (Admin admin = admin()) {
            var ends = answer(admin.describeTopics(List.of(topic)).allTopicNames()).values().stream()
                    .flatMap(described -> described.partitions().stream())
                    .collect(Collectors.toMap(
                            partition -> new TopicPartition(topic, partition.partition()),
                            partition -> OffsetSpec.latest()));
            return answer(admin.listOffsets(ends).all()).values().stream()
                    .mapToLong(ListOffsetsResult.ListOffsetsResultInfo::offset)
                    .sum();
        }
    }

    /** From now on the guest may write to the topic. */
    public void allow(String topic) {
        try (Admin admin = admin()) {
            answer(admin.createAcls(List.of(writing(topic))).all());
        }
    }

    /** From now on it may not. */
    public void forbid(String topic) {
        try (Admin admin = admin()) {
            answer(admin.deleteAcls(List.of(writing(topic).toFilter())).all());
        }
    }

    private static AclBinding writing(String topic) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry("User:" + GUEST, "*", AclOperation.WRITE, AclPermissionType.ALLOW));
    }

    /** What a client that says who it is has to be told besides the servers. */
    public static Map<String, String> identity(String user, String password) {
        return Map.of(
                "security.protocol", "SASL_PLAINTEXT",
                "sasl.mechanism", "PLAIN",
                "sasl.jaas.config", login(user, password) + ";");
    }

    private static String login(String user, String password) {
        return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\""
                .formatted(user, password);
    }

    private Admin admin() {
        Map<String, Object> client = new HashMap<>(guarded ? identity(OWNER, OWNER_PASSWORD) : Map.of());
        client.put("bootstrap.servers", bootstrapServers());
        client.put("default.api.timeout.ms", Long.toString(START.toMillis()));
        return Admin.create(client);
    }

    private void awaitBrokers(int wanted) {
        long end = System.nanoTime() + START.toNanos();
        try (Admin admin = admin()) {
            while (answer(admin.describeCluster().nodes()).size() < wanted) {
                if (System.nanoTime() > end) {
                    throw new IllegalStateException(
                            "not all of %d brokers started within %s: see %s".formatted(wanted, START, directory));
                }
            }
        }
    }

    private static <T> T answer(KafkaFuture<T> question) {
        try {
            return question.get(START.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for Kafka", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("Kafka did not do what the test needs: " + e, e);
        }
    }

    private Process launch(int broker) throws IOException {
        Path own = Files.createDirectories(directory.resolve("broker-" + broker));
        Path settings = own.resolve("server.properties");
        try (Writer writer = Files.newBufferedWriter(settings)) {
            settings(broker, own).store(writer, null);
        }
        Path logging = Files.writeString(own.resolve("logback.xml"), LOGGING);
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-Dlogback.configurationFile=" + logging,
                        "-cp",
                        System.getProperty("java.class.path"),
                        KafkaBroker.class.getName(),
                        settings.toString(),
                        id)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(own.resolve("output").toFile()))
                .start();
    }

    private static final String LOGGING = """
            <configuration>
              <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%d %-5level %logger{20} %msg%n</pattern></encoder>
              </appender>
              <root level="WARN"><appender-ref ref="OUT"/></root>
            </configuration>
            """;

    private Properties settings(int broker, Path own) {
        String voters = IntStream.range(0, controllerPorts.length)
                .mapToObj(i -> i + "@127.0.0.1:" + controllerPorts[i])
                .collect(Collectors.joining(","));
        String replicas = Integer.toString(controllerPorts.length);
        Properties settings = new Properties();
        settings.putAll(Map.of(
                "node.id",
                Integer.toString(broker),
                "process.roles",
                "broker,controller",
                "controller.quorum.voters",
                voters,
                "controller.listener.names",
                CONTROLLER,
                "listener.security.protocol.map",
                "%s:PLAINTEXT,%s:%s".formatted(CONTROLLER, CLIENTS, guarded ? "SASL_PLAINTEXT" : "PLAINTEXT"),
                "inter.broker.listener.name",
                CLIENTS,
                "listeners",
                "%s://127.0.0.1:%d,%s://127.0.0.1:%d"
                        .formatted(CLIENTS, clientPorts[broker], CONTROLLER, controllerPorts[broker]),
                "log.dirs",
                own.resolve("log").toString(),
                "group.initial.rebalance.delay.ms",
                "0"));
        settings.putAll(Map.of(
                "auto.create.topics.enable", "false",
                "broker.heartbeat.interval.ms", "500",
                "broker.session.timeout.ms", "2000",
                "offsets.topic.num.partitions", "1",
                "offsets.topic.replication.factor", replicas,
                "transaction.state.log.num.partitions", "1",
                "transaction.state.log.replication.factor", replicas,
                "transaction.state.log.min.isr", Integer.toString(controllerPorts.length / 2 + 1),
                "message.max.bytes", "1048588"));
        if (guarded) {
            settings.putAll(Map.of(
                    "sasl.enabled.mechanisms",
                    "PLAIN",
                    "sasl.mechanism.inter.broker.protocol",
                    "PLAIN",
                    "listener.name.clients.plain.sasl.jaas.config",
                    "%s user_%s=\"%s\" user_%s=\"%s\";"
                            .formatted(login(OWNER, OWNER_PASSWORD), OWNER, OWNER_PASSWORD, GUEST, GUEST_PASSWORD),
                    "authorizer.class.name",
                    StandardAuthorizer.class.getName(),
                    // The controllers' own listener asks nobody.
                    "super.users",
                    "User:%s;User:ANONYMOUS".formatted(OWNER)));
        }
        return settings;
    }

    /** Ends the brokers and deletes what they wrote. */
    @Override
    public void close() {
        for (Process process : processes) {
            process.destroyForcibly().onExit().join();
        }
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not delete " + directory, e);
        }
    }
}
