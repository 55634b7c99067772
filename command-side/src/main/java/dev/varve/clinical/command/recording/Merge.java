package dev.varve.clinical.command.recording;

import dev.varve.clinical.events.EditableField;
import java.util.List;

/**
 * What became of an offline change.
 *
 * @param alreadyKnown whether it was taken in before; the rest then says how that was
 * @param applied the fields that it changed
 * @param conflicting the fields that now wait for a person
 */
public record Merge(boolean alreadyKnown, List<EditableField> applied, List<EditableField> conflicting) {

    public Merge {
        applied = List.copyOf(applied);
        conflicting = List.copyOf(conflicting);
    }
}
