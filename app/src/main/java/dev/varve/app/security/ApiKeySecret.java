package dev.varve.app.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * The secret itself: {@code vk_} and 256 random bits in base64url.
 *
 * <p>The prefix lets secret scanners find keys that were committed by accident.
 */
public record ApiKeySecret(String value) {

    static final String PREFIX = "vk_";

    private static final int BYTES = 32;
    private static final Pattern FORM = Pattern.compile("vk_[A-Za-z0-9_-]{43}");

    public static ApiKeySecret create(SecureRandom random) {
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        return new ApiKeySecret(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
    }

    /** Whether it can be a key at all: spares the database what cannot. */
    boolean isWellFormed() {
        return FORM.matcher(value).matches();
    }

    byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return PREFIX + "…";
    }
}
