package dev.varve.command.ingestion;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Words a value such that it reads the same in a source and in a read model, whatever types the two keep it in. */
final class CanonicalText {

    private static final long HASH_OF_NOTHING = mixed(of(null));

    private CanonicalText() {}

    static String of(@Nullable Object value) {
        StringBuilder text = new StringBuilder();
        write(value, text);
        return text.toString();
    }

    /** 64 bits of the text, well mixed, which no two values share by accident; nobody is kept from forging them. */
    static long hash(@Nullable Object value) {
        if (value == null) {
            return HASH_OF_NOTHING;
        }
        return mixed(of(value));
    }

    private static long mixed(String text) {
        long hash = text.length();
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
        }
        return hash;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void write(@Nullable Object value, StringBuilder text) {
        switch (value) {
            case null -> text.append('-');
            case Number number -> writeNumber(number, text);
            case Boolean truth -> text.append(truth);
            case Instant time -> writeTime(time, text);
            case Enum<?> constant -> writeText(constant.name(), text);
            case Object[] array -> writeAll(Arrays.asList(array), text);
            case Collection<?> many -> writeAll(many, text);
            case Map<?, ?> object -> writeObject(object, text);
            default -> writeText(value.toString(), text);
        }
    }

    /** In microseconds, as PostgreSQL keeps it: an import has millions of times, and to word them takes long. */
    private static void writeTime(Instant time, StringBuilder text) {
        text.append('@').append(time.getEpochSecond()).append('+').append(time.getNano() / 1_000);
    }

    private static void writeNumber(Number number, StringBuilder text) {
        double real = number.doubleValue();
        boolean whole = real == Math.rint(real) && Math.abs(real) < 1L << 53;
        if (whole) {
            text.append('#').append((long) real);
        } else if (number instanceof Long || number instanceof Integer) {
            text.append('#').append(number.longValue());
        } else {
            text.append('#').append(real);
        }
    }

    private static void writeText(String value, StringBuilder text) {
        text.append(value.length()).append(':').append(value);
    }

    private static void writeAll(Collection<?> many, StringBuilder text) {
        text.append('[');
        many.forEach(one -> write(one, text));
        text.append(']');
    }

    private static void writeObject(Map<?, ?> object, StringBuilder text) {
        Map<String, Object> sorted = new TreeMap<>();
        object.forEach((name, value) -> {
            if (value != null) {
                sorted.put(String.valueOf(name), value);
            }
        });
        text.append('{');
        sorted.forEach((name, value) -> {
            writeText(name, text);
            write(value, text);
        });
        text.append('}');
    }

    /** A value within a row: a column, or a member of the JSON object in one. */
    static @Nullable Object within(Map<String, @Nullable Object> row, String path) {
        List<String> steps = List.of(path.split("\\.", 2));
        @Nullable Object value = row.get(steps.getFirst());
        return steps.size() == 1 ? value : value instanceof Map<?, ?> object ? object.get(steps.getLast()) : null;
    }

    static String column(String path) {
        int dot = path.indexOf('.');
        return dot < 0 ? path : path.substring(0, dot);
    }
}
