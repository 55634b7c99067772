package dev.varve.outbox.sink.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.outbox.Delivery;
import dev.varve.outbox.Message;
import dev.varve.outbox.Sink;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;

/**
 * One line a message. Its payload is shown only where the subscription asks for that: a log has readers that the
 * message was not written for.
 */
final class LogSink implements Sink {

    private static final CompletionStage<Delivery> DELIVERED = CompletableFuture.completedStage(Delivery.DELIVERED);

    private final Logger log;
    private final boolean showPayload;

    LogSink(Logger log, boolean showPayload) {
        this.log = log;
        this.showPayload = showPayload;
    }

    @Override
    public CompletionStage<Delivery> deliver(Message message) {
        String payload = showPayload ? " payload=" + onOneLine(new String(message.payload(), UTF_8)) : "";
        log.info(
                "message position={} type={} key={} id={}{}{}",
                message.position(),
                message.type(),
                onOneLine(message.key()),
                message.id(),
                message.replay() ? " replay=true" : "",
                payload);
        return DELIVERED;
    }

    /** So that nothing that comes from outside can pass for a line of its own. */
    private static String onOneLine(String text) {
        return text.replace("\r", "\\r").replace("\n", "\\n");
    }

    @Override
    public int inFlightPerKey() {
        return Integer.MAX_VALUE;
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
