package dev.varve.clinical.events;

import dev.varve.events.PersonalText;
import org.jspecify.annotations.Nullable;

/**
 * A guardrail that a note touched.
 *
 * @param ruleId names the guardrail
 * @param message what is wrong; quotes the note
 * @param field the part of the note it is about; null when it is about the whole
 */
public record VerificationAlert(
        String ruleId,
        PersonalText message,
        AlertSeverity severity,
        @Nullable String field) {}
