package dev.varve.eventstore.verification;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a verification found.
 *
 * @param from first position looked at
 * @param to last position looked at
 * @param events how many there were
 * @param digest SHA-256, in hexadecimal, of the events between them; equal for equal copies of them
 * @param sealedTo last position that a kept digest covers and that was compared with it; 0 for none
 * @param messages how many messages of the outbox belong to them
 * @param messageDigest the same for these messages; null without an outbox
 * @param findings the first of what is wrong, empty for a log that is whole
 * @param found how many things are wrong, as far as they were counted
 */
public record VerifiedLog(
        long from,
        long to,
        long events,
        String digest,
        long sealedTo,
        long messages,
        @Nullable String messageDigest,
        List<Finding> findings,
        long found) {

    public VerifiedLog {
        findings = List.copyOf(findings);
    }

    /** Whether nothing is wrong. */
    public boolean isWhole() {
        return found == 0;
    }
}
