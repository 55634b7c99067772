package dev.varve.projection.rebuild;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows in the text format of COPY: fields parted by tabs, a row a line, {@code \N} for null.
 *
 * <p>Text and not binary, so that every column's value goes through the same input function of PostgreSQL as in the live
 * statements, whatever its type: equal by construction, for arrays, documents and enums alike.
 */
final class CopyText {

    private static final int FIRST_SIZE = 1 << 14;

    private byte[] bytes = new byte[FIRST_SIZE];
    private int size;
    private boolean inRow;

    void field(@Nullable String value) {
        if (inRow) {
            put((byte) '\t');
        }
        inRow = true;
        if (value == null) {
            put((byte) '\\');
            put((byte) 'N');
        } else {
            text(value);
        }
    }

    private void text(String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        int plain = 0;
        for (int i = 0; i < text.length; i++) {
            // Bytes of longer characters are negative and nothing to escape.
            byte escape = text[i] > '\r' && text[i] != '\\' ? 0 : escapeFor(text[i]);
            if (escape != 0) {
                put(text, plain, i);
                put((byte) '\\');
                put(escape);
                plain = i + 1;
            }
        }
        put(text, plain, text.length);
    }

    private static byte escapeFor(byte next) {
        return switch (next) {
            case '\\' -> '\\';
            case '\t' -> 't';
            case '\n' -> 'n';
            case '\r' -> 'r';
            default -> 0;
        };
    }

    void endRow() {
        put((byte) '\n');
        inRow = false;
    }

    private void put(byte[] text, int from, int to) {
        grow(to - from);
        System.arraycopy(text, from, bytes, size, to - from);
        size += to - from;
    }

    private void put(byte next) {
        grow(1);
        bytes[size++] = next;
    }

    private void grow(int by) {
        if (size + by > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + by));
        }
    }

    int size() {
        return size;
    }

    /** The buffer itself, filled up to {@link #size()}. */
    byte[] bytes() {
        return bytes;
    }

    void clear() {
        size = 0;
    }
}
