package dev.varve.outbox.sink.webhook;

import dev.varve.outbox.Delivery;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What an endpoint's answer means. */
final class WebhookAnswers {

    private static final Delivery IS_GONE = new Delivery.Unavailable("answered 410: it is gone");
    private static final Duration UNSAID = Duration.ofSeconds(30);
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private final InstantSource clock;

    WebhookAnswers(InstantSource clock) {
        this.clock = clock;
    }

    /** Whether the endpoint asks never to be called again. */
    static boolean isGone(Delivery answer) {
        return answer.equals(IS_GONE);
    }

    Delivery of(int status, @Nullable String retryAfter) {
        if (status >= 200 && status < 300) {
            return Delivery.DELIVERED;
        }
        if (status >= 300 && status < 400) {
            return new Delivery.Refused("redirected with %d, and redirects are not followed".formatted(status));
        }
        return switch (status) {
            case 410 -> IS_GONE;
            case 429 -> throttled(retryAfter);
            case 502, 503, 504 ->
                retryAfter == null ? new Delivery.Unavailable("answered " + status) : throttled(retryAfter);
            // Not about the message: who we are, or that the server was too slow.
            case 401, 407, 408, 425 -> new Delivery.Unavailable("answered " + status);
            default ->
                status >= 500
                        ? new Delivery.Unavailable("answered " + status)
                        : new Delivery.Refused("answered " + status);
        };
    }

    Delivery of(IOException failure) {
        String reason = switch (failure) {
            case PublicAddresses.PrivateAddressException e -> "its address is not public";
            case UnknownHostException e -> "its name is not known";
            case InterruptedIOException e -> "no answer in time";
            case ConnectException e -> "nobody listens there";
            case SSLException e -> "no TLS connection: " + e.getClass().getSimpleName();
            default -> "the connection broke: " + failure.getClass().getSimpleName();
        };
        return new Delivery.Unavailable(reason);
    }

    private Delivery throttled(@Nullable String retryAfter) {
        Duration wait = retryAfter == null ? UNSAID : wait(retryAfter.strip());
        if (!wait.isPositive()) {
            wait = Duration.ofSeconds(1);
        }
        return new Delivery.Throttled(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
    }

    /** Seconds or a date, as RFC 9110 has it. */
    private Duration wait(String retryAfter) {
        try {
            return retryAfter.chars().allMatch(Character::isDigit)
                    ? Duration.ofSeconds(Long.parseLong(retryAfter))
                    : Duration.between(
                            clock.instant(),
                            ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant());
        } catch (DateTimeException | NumberFormatException | ArithmeticException e) {
            // A server that writes nonsense still wants us to wait.
            return UNSAID;
        }
    }
}
