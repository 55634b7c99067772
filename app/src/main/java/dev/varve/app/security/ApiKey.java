package dev.varve.app.security;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A key as it is stored: without the secret, which nobody can read again. */
public record ApiKey(
        UUID id,
        String name,
        List<Role> roles,
        Instant createdAt,
        @Nullable Instant lastUsedAt,
        @Nullable Instant revokedAt) {

    public ApiKey {
        roles = List.copyOf(roles);
    }
}
