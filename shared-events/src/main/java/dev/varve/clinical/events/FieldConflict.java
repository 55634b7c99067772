package dev.varve.clinical.events;

import dev.varve.events.PersonalText;
import org.jspecify.annotations.Nullable;

/**
 * A field that a client changed while it was offline, and somebody else meanwhile. What the client wants is the text or
 * the number, as the field is; both null: nothing.
 */
public record FieldConflict(
        EditableField field,
        @Nullable PersonalText clientText,
        @Nullable Integer clientNumber) {}
