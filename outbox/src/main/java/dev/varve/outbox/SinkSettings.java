package dev.varve.outbox;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.convert.DurationStyle;

/**
 * What one subscription says about its sink.
 *
 * <p>The getters throw {@link IllegalArgumentException} with the setting's name and what it must be.
 *
 * @param subscription its name, for ids that must differ from subscription to subscription
 * @param values settings by name, secrets among them
 */
public record SinkSettings(String subscription, Map<String, String> values) {

    public SinkSettings {
        values = Map.copyOf(values);
    }

    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isBlank());
    }

    public String required(String name) {
        return text(name).orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
    }

    /** Written as {@code 500ms}, {@code 30s} or {@code PT30S}. */
    public Duration duration(String name, Duration otherwise) {
        return text(name).map(value -> duration(name, value)).orElse(otherwise);
    }

    private static Duration duration(String name, String value) {
        try {
            return DurationStyle.detectAndParse(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s is '%s', and must be a duration such as 30s".formatted(name, value), e);
        }
    }

    public int integer(String name, int otherwise) {
        return text(name).map(value -> integer(name, value)).orElse(otherwise);
    }

    private static int integer(String name, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("%s is '%s', and must be a whole number".formatted(name, value), e);
        }
    }

    public boolean flag(String name, boolean otherwise) {
        return text(name).map(value -> flag(name, value)).orElse(otherwise);
    }

    private static boolean flag(String name, String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new IllegalArgumentException("%s is '%s', and must be true or false".formatted(name, value));
        };
    }

    /** Without values, because some are secret. */
    @Override
    public String toString() {
        return "settings of the sink of subscription " + subscription + ": "
                + values.keySet().stream().sorted().toList();
    }
}
