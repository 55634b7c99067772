package dev.varve.outbox.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.outbox.Message;
import dev.varve.outbox.SinkSettings;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * Messages as CloudEvents 1.0. The payload's bytes go through as they are, so a signature over them stays valid.
 *
 * <p>{@code source} and {@code id} together name a message; {@code sequence} is its position, filled with zeros so that
 * it sorts as text. Headers of a message become extensions when their names can be one ({@code traceparent}, {@code
 * tracestate}, {@code correlationid}, {@code causationid}).
 *
 * @param source a URI for who sends; {@code {context}} in it stands for the message's context
 * @param schemas a URI under which the schemas of the types are found, without the type; without it no {@code dataschema}
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md">CloudEvents 1.0.2</a>
 */
public record CloudEvents(String source, Optional<String> schemas) {

    /** Media type of one event as JSON. */
    public static final String JSON = "application/cloudevents+json";

    /** Media type of a list of events as JSON. */
    public static final String JSON_BATCH = "application/cloudevents-batch+json";

    /** Media type of the payloads. */
    public static final String DATA = "application/json";

    /** Unless a setting says otherwise: every context of an installation is a source of its own. */
    public static final CloudEvents STANDARD = new CloudEvents("urn:varve:{context}", Optional.empty());

    private static final Set<String> CORE = Set.of(
            "specversion",
            "id",
            "source",
            "type",
            "subject",
            "time",
            "datacontenttype",
            "dataschema",
            "data",
            "sequence",
            "partitionkey",
            "replay");

    private static final Pattern EXTENSION = Pattern.compile("[a-z0-9]{1,20}");

    private static final byte[] START = "{\"specversion\":\"1.0\"".getBytes(UTF_8);
    private static final byte[] BETWEEN = "\":\"".getBytes(UTF_8);
    private static final byte[] PAYLOAD = (",\"datacontenttype\":\"" + DATA + "\",\"data\":").getBytes(UTF_8);

    private static final int ENVELOPE = 512;
    private static final String NO_NUMBER = "0000000000000000000";

    /**
     * Reads {@code source} and {@code schema-base}.
     *
     * @throws IllegalArgumentException naming the setting that is no URI
     */
    public static CloudEvents of(SinkSettings settings) {
        return of(settings.text("source").orElse(STANDARD.source), settings.text("schema-base"));
    }

    /** The same where they come from elsewhere. */
    public static CloudEvents of(String source, Optional<String> schemaBase) {
        CloudEvents events = new CloudEvents(source, schemaBase.map(CloudEvents::withSlash));
        requireUri("source", events.source.replace("{context}", "context"));
        events.schemas.ifPresent(base -> requireUri("schema-base", base));
        return events;
    }

    private static void requireUri(String setting, String value) {
        try {
            new URI(value);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("%s is '%s', and must be a URI".formatted(setting, value), e);
        }
    }

    private static String withSlash(String base) {
        return base.endsWith("/") ? base : base + "/";
    }

    /** Every attribute of a message but {@code specversion} and {@code datacontenttype}, which are always the same. */
    public void attributes(Message message, BiConsumer<String, String> attribute) {
        attribute.accept("id", message.id().toString());
        attribute.accept("source", source.replace("{context}", message.context()));
        attribute.accept("type", message.type());
        if (!message.key().isEmpty()) {
            attribute.accept("subject", message.key());
            attribute.accept("partitionkey", message.key());
        }
        attribute.accept("time", message.recordedAt().toString());
        schemas.ifPresent(base -> attribute.accept("dataschema", base + message.type()));
        attribute.accept("sequence", sequence(message.position()));
        if (message.replay()) {
            attribute.accept("replay", "true");
        }
        message.headers().forEach((name, value) -> {
            if (!value.isEmpty()
                    && !CORE.contains(name)
                    && EXTENSION.matcher(name).matches()) {
                attribute.accept(name, value);
            }
        });
    }

    /** A position as text of 19 digits. */
    public static String sequence(long position) {
        String digits = Long.toString(position);
        return NO_NUMBER.substring(digits.length()) + digits;
    }

    /** One event with its payload, as {@link #JSON}. */
    public byte[] json(Message message) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(ENVELOPE + message.payload().length);
        write(message, out);
        return out.toByteArray();
    }

    /** The events in this order, as {@link #JSON_BATCH}. */
    public byte[] jsonBatch(List<Message> messages) {
        int size = messages.stream()
                .mapToInt(message -> ENVELOPE + message.payload().length)
                .sum();
        ByteArrayOutputStream out = new ByteArrayOutputStream(size + 2);
        out.write('[');
        for (int i = 0; i < messages.size(); i++) {
            if (i > 0) {
                out.write(',');
            }
            write(messages.get(i), out);
        }
        out.write(']');
        return out.toByteArray();
    }

    private void write(Message message, ByteArrayOutputStream out) {
        JsonStringEncoder encoder = JsonStringEncoder.getInstance();
        out.writeBytes(START);
        attributes(message, (name, value) -> {
            out.write(',');
            out.write('"');
            out.writeBytes(encoder.quoteAsUTF8(name));
            out.writeBytes(BETWEEN);
            out.writeBytes(encoder.quoteAsUTF8(value));
            out.write('"');
        });
        out.writeBytes(PAYLOAD);
        out.writeBytes(message.payload());
        out.write('}');
    }
}
