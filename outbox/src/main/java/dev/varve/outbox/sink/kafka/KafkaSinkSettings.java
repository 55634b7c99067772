package dev.varve.outbox.sink.kafka;

import dev.varve.outbox.Message;
import dev.varve.outbox.SinkSettings;
import dev.varve.outbox.sink.CloudEvents;
import dev.varve.outbox.sink.SettingsCheck;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What a Kafka subscription says.
 *
 * @param client settings of Kafka's own client, ours and those that the operator gave as {@code client.<name>}
 * @param topic {@code {topic}}, {@code {context}} and {@code {type}} in it are the message's
 * @param largestMessage bytes of key, value and headers that the client sends
 */
record KafkaSinkSettings(
        String subscription,
        CloudEvents events,
        Format format,
        Guarantee guarantee,
        String topic,
        String checkpointTopic,
        int largestMessage,
        Map<String, Object> client) {

    static final String CLIENT = "client.";

    static final Set<String> SECRETS = Set.of(
            CLIENT + "sasl.jaas.config",
            CLIENT + "ssl.key.password",
            CLIENT + "ssl.keystore.password",
            CLIENT + "ssl.keystore.key",
            CLIENT + "ssl.truststore.password");

    private static final Set<String> NAMES =
            Set.of("bootstrap-servers", "topic", "format", "guarantee", "checkpoint-topic", "source", "schema-base");

    /** Decided here, because order and safety hang on them. */
    private static final Set<String> OURS = Set.of(
            "bootstrap.servers",
            "acks",
            "enable.idempotence",
            "max.in.flight.requests.per.connection",
            "key.serializer",
            "value.serializer",
            "transactional.id");

    private static final int ENVELOPE = 128;
    private static final int HIGHEST_PORT = 65_535;
    private static final Pattern TOPIC_WITH_PLACES =
            Pattern.compile("(?!\\.{1,2}$)([A-Za-z0-9._-]|\\{(topic|context|type)})+");
    private static final Pattern SERVER =
            Pattern.compile("([A-Za-z0-9_]+://)?([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.%]+]):([0-9]{1,5})");
    private static final Pattern TOPIC_NAME = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}");

    enum Format {
        BINARY,
        STRUCTURED
    }

    enum Guarantee {
        AT_LEAST_ONCE,
        TRANSACTIONAL
    }

    KafkaSinkSettings {
        client = Map.copyOf(client);
    }

    static KafkaSinkSettings of(SinkSettings settings) {
        Map<String, Object> client = client(settings);
        return new KafkaSinkSettings(
                settings.subscription(),
                CloudEvents.of(settings),
                choice(settings, "format", Format.BINARY),
                choice(settings, "guarantee", Guarantee.AT_LEAST_ONCE),
                topic(settings),
                checkpointTopic(settings),
                new ProducerConfig(client).getInt(ProducerConfig.MAX_REQUEST_SIZE_CONFIG) - ENVELOPE,
                client);
    }

    static boolean knows(String setting) {
        return setting.startsWith(CLIENT)
                ? ProducerConfig.configNames().contains(setting.substring(CLIENT.length()))
                : NAMES.contains(setting);
    }

    static List<String> violations(SinkSettings settings) {
        return new SettingsCheck()
                .read(() -> CloudEvents.of(settings))
                .read(() -> choice(settings, "format", Format.BINARY))
                .read(() -> choice(settings, "guarantee", Guarantee.AT_LEAST_ONCE))
                .read(() -> topic(settings))
                .read(() -> checkpointTopic(settings))
                .read(() -> client(settings))
                .violations();
    }

    private static Map<String, Object> client(SinkSettings settings) {
        Map<String, Object> client = new HashMap<>();
        client.put("linger.ms", "1");
        client.put("batch.size", "131072");
        client.put("compression.type", "lz4");
        client.put("delivery.timeout.ms", "30000");
        client.put("request.timeout.ms", "10000");
        client.put("max.block.ms", "5000");
        settings.values().forEach((name, value) -> {
            if (name.startsWith(CLIENT)) {
                client.put(own(name.substring(CLIENT.length())), value);
            }
        });
        client.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, servers(settings));
        client.put(ProducerConfig.ACKS_CONFIG, "all");
        client.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        client.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        client.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        client.putIfAbsent(CommonClientConfigs.CLIENT_ID_CONFIG, transactionalId(settings.subscription()));
        checked(client);
        return client;
    }

    private static String servers(SinkSettings settings) {
        String servers = settings.required("bootstrap-servers");
        for (String server : servers.split(",", -1)) {
            Matcher parts = SERVER.matcher(server.strip());
            if (!parts.matches() || Integer.parseInt(parts.group(3)) > HIGHEST_PORT) {
                throw new IllegalArgumentException(
                        "bootstrap-servers is '%s', and must be host:port, with commas between several"
                                .formatted(servers));
            }
        }
        return servers;
    }

    /** A name that Kafka takes no topic of would have each message refused. */
    private static String topic(SinkSettings settings) {
        String topic = settings.text("topic").orElse("{topic}");
        if (!TOPIC_WITH_PLACES.matcher(topic).matches()) {
            throw new IllegalArgumentException(
                    "topic is '%s', and must be of letters, digits, dots, underscores, hyphens, {topic}, {context} and {type}"
                            .formatted(topic));
        }
        return topic;
    }

    private static String checkpointTopic(SinkSettings settings) {
        String topic = settings.text("checkpoint-topic").orElse("varve.outbox.checkpoint");
        if (!TOPIC_NAME.matcher(topic).matches()) {
            throw new IllegalArgumentException(
                    "checkpoint-topic is '%s', and must be 1 to 249 letters, digits, dots, underscores and hyphens"
                            .formatted(topic));
        }
        return topic;
    }

    private static String own(String name) {
        if (OURS.contains(name)) {
            throw new IllegalArgumentException(CLIENT + name + " cannot be set: the sink decides it");
        }
        return name;
    }

    /** Kafka's message quotes the value, which may be a secret; the name is enough. */
    private static void checked(Map<String, Object> client) {
        try {
            new ProducerConfig(client);
        } catch (ConfigException e) {
            String name = client.keySet().stream()
                    .filter(key -> String.valueOf(e.getMessage()).contains(key))
                    .findFirst()
                    .orElse("one of " + CLIENT + "*");
            throw new IllegalArgumentException(name + " is nothing that Kafka's producer accepts", e);
        }
    }

    private static <E extends Enum<E>> E choice(SinkSettings settings, String name, E otherwise) {
        String value = settings.text(name).orElse(written(otherwise));
        for (E choice : otherwise.getDeclaringClass().getEnumConstants()) {
            if (written(choice).equals(value)) {
                return choice;
            }
        }
        throw new IllegalArgumentException("%s is '%s', and must be one of %s"
                .formatted(
                        name,
                        value,
                        List.of(otherwise.getDeclaringClass().getEnumConstants()).stream()
                                .map(KafkaSinkSettings::written)
                                .toList()));
    }

    private static String written(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The same on every node, so that Kafka shuts out whoever had the subscription before. */
    String transactionalId() {
        return transactionalId(subscription);
    }

    private static String transactionalId(String subscription) {
        return "varve-outbox-" + subscription;
    }

    String topicOf(Message message) {
        return topic.indexOf('{') < 0
                ? topic
                : topic.replace("{topic}", message.topic())
                        .replace("{context}", message.context())
                        .replace("{type}", message.type());
    }

    /** Without values, because some are secret. */
    @Override
    public String toString() {
        return "Kafka settings of subscription " + subscription;
    }
}
