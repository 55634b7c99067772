package dev.varve.outbox.sink.kafka;

import dev.varve.outbox.Delivery;
import java.io.IOException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;

/**
 * Which of Kafka's errors are about one message, and which about the broker. What is not known to be about the message
 * counts no attempt: better to wait at a broken broker than to park what it would have taken. A right to write that is
 * missing is about all of a topic, and whoever grants it wants no heap of parked messages besides.
 */
final class KafkaFailures {

    static final String TOO_LARGE = "larger than Kafka takes";

    private KafkaFailures() {}

    static Delivery delivery(Throwable failure) {
        return switch (failure) {
            case RecordTooLargeException e -> new Delivery.Refused(TOO_LARGE);
            case RecordBatchTooLargeException e -> new Delivery.Refused(TOO_LARGE);
            case InvalidTopicException e -> new Delivery.Refused("the topic's name is not valid");
            case InvalidRecordException e -> new Delivery.Refused("the broker calls the record invalid");
            case InvalidTimestampException e -> new Delivery.Refused("the topic does not take the record's time");
            case SerializationException e -> new Delivery.Refused("the client could not write the record");
            case TopicAuthorizationException e ->
                new Delivery.Unavailable(
                        "not authorized to write to the topic " + String.join(", ", e.unauthorizedTopics()));
            default -> new Delivery.Unavailable(reason(failure));
        };
    }

    /**
     * Kafka's messages name topics, brokers and times, never keys or values. What was wrong with a connection or a file of
     * keys is said by the cause alone; other causes may quote settings, and so passwords.
     */
    static String reason(Throwable failure) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException) {
                return named(failure) + ", " + named(cause);
            }
        }
        return named(failure);
    }

    private static String named(Throwable failure) {
        return failure.getClass().getSimpleName() + ": " + failure.getMessage();
    }
}
