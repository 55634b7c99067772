package dev.varve.clinical.events;

import dev.varve.events.PersonalText;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who did something, when and why.
 *
 * @param actor as the credentials say: {@code key:<name>}, {@code subject:<sub>}, {@code local}, {@code cli:<os user>};
 *     {@code system} for what nobody asked for
 * @param note why, in the words of whoever did it; sealed, because it may speak of the patient
 */
public record Provenance(
        String actor,
        Instant at,
        Occasion occasion,
        @Nullable PersonalText note) {}
