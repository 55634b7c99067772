package dev.varve.eventstore;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something a person did to the machinery: parked, skipped, replayed, archived.
 *
 * @param actor who; {@code cli:<user of the operating system>} on the command line
 * @param action a verb with its area, such as {@code log.archive}
 * @param target what it was done to: a subscription, a processor, a range of positions
 * @param reason why, in the person's words; null when none was given
 * @param details facts worth keeping, written as JSON; never payloads or personal data
 */
public record OperatorAction(
        String actor,
        String action,
        String target,
        @Nullable String reason,
        Map<String, ?> details) {

    public OperatorAction {
        details = Map.copyOf(details);
    }
}
