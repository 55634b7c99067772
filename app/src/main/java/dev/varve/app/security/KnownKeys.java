package dev.varve.app.security;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers the keys that were found for a moment, and when each was noted as used.
 *
 * <p>Only keys that exist are remembered, so guessing fills nothing; and only by hash.
 */
final class KnownKeys {

    /** A key's last use is written at most this often: a row that is updated with every request would bloat. */
    static final Duration TOUCH_EVERY = Duration.ofMinutes(1);

    private final ApiKeys keys;
    private final Clock clock;
    private final Duration rememberFor;
    private final Map<ByteBuffer, Found> found = new ConcurrentHashMap<>();
    private final Map<UUID, Instant> touched = new ConcurrentHashMap<>();

    KnownKeys(ApiKeys keys, Clock clock, Duration rememberFor) {
        this.keys = keys;
        this.clock = clock;
        this.rememberFor = rememberFor;
    }

    Optional<ApiKey> find(ApiKeySecret secret) {
        if (!secret.isWellFormed()) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        ByteBuffer hash = ByteBuffer.wrap(secret.hash());
        Found known = found.get(hash);
        if (known == null || !now.isBefore(known.until())) {
            Optional<ApiKey> key = keys.find(secret);
            if (key.isEmpty()) {
                found.remove(hash);
                return Optional.empty();
            }
            known = new Found(key.get(), now.plus(rememberFor));
            found.put(hash, known);
        }
        noteUse(known.key(), now);
        return Optional.of(known.key());
    }

    private void noteUse(ApiKey key, Instant now) {
        Instant due = now.minus(TOUCH_EVERY);
        boolean[] write = {false};
        touched.compute(key.id(), (id, last) -> {
            write[0] = last == null || !last.isAfter(due);
            return write[0] ? now : last;
        });
        if (write[0]) {
            keys.touch(key.id(), now, due);
        }
    }

    private record Found(ApiKey key, Instant until) {}
}
