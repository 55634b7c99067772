package dev.varve.app.security;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request without credentials is let in.
 *
 * <p>Only on loopback, and there as {@link SecuritySettings.Authentication} says. That a key exists is asked again
 * every few seconds, so a server notices the first key that the command line makes; from then on it is not asked any
 * more, because authentication never goes off by itself.
 */
final class Access {

    private static final Duration ASK_EVERY = Duration.ofSeconds(2);

    private final SecuritySettings settings;
    private final ApiKeys keys;
    private final Clock clock;
    private final boolean loopback;
    private volatile boolean required;
    private volatile Instant askAgain = Instant.MIN;

    Access(SecuritySettings settings, ApiKeys keys, Clock clock, @Nullable String address) {
        this.settings = settings;
        this.keys = keys;
        this.clock = clock;
        this.loopback = isLoopback(address);
    }

    boolean isOpen() {
        if (!loopback) {
            return false;
        }
        return switch (settings.authentication()) {
            case REQUIRED -> false;
            case OPEN_ON_LOOPBACK -> true;
            case AUTO -> settings.oauth2().issuer() == null && !keyWasEverMade();
        };
    }

    private boolean keyWasEverMade() {
        Instant now = clock.instant();
        if (!required && !now.isBefore(askAgain)) {
            required = keys.count().ever() > 0;
            askAgain = now.plus(ASK_EVERY);
        }
        return required;
    }

    /** Whether only this machine reaches this address; no address means all of them. */
    static boolean isLoopback(@Nullable String address) {
        if (address == null || address.isBlank()) {
            return false;
        }
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
