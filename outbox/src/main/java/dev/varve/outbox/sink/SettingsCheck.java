package dev.varve.outbox.sink;

import java.util.ArrayList;
import java.util.List;

/** Gathers what is wrong with a sink's settings, so that an operator is told everything at once. */
public final class SettingsCheck {

    private final List<String> violations = new ArrayList<>();

    /** Reads a setting; an {@link IllegalArgumentException} is what is wrong with it. */
    public SettingsCheck read(Runnable setting) {
        try {
            setting.run();
        } catch (IllegalArgumentException e) {
            violations.add(e.getMessage());
        }
        return this;
    }

    public List<String> violations() {
        return List.copyOf(violations);
    }
}
