package dev.varve.outbox;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What happens to a message that its sink refuses.
 *
 * @param onRefusal after the last attempt
 * @param attempts how often it is tried before; at least 1
 */
public record FailurePolicy(OnRefusal onRefusal, int attempts) {

    public static final FailurePolicy DEFAULT = new FailurePolicy(OnRefusal.PARK, 5);

    public FailurePolicy {
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts is %d, and must be at least 1".formatted(attempts));
        }
    }

    /** What the last refusal leads to. */
    public enum OnRefusal {
        /** The key's messages, this one and those that follow, wait for an operator; other keys go on. */
        @JsonProperty("park")
        PARK,
        /** Everything waits, and the message is tried again and again. */
        @JsonProperty("block")
        BLOCK,
        /** The message is written down as skipped, and the key goes on. */
        @JsonProperty("skip")
        SKIP
    }
}
