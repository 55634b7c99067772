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
        for (int i = 0; i < value.length(); i++) {
            char next = value.charAt(i);
            if (next >= 0x80) {
                // From here on as a whole: surrogates come in pairs.
                escaped(value.substring(i).getBytes(StandardCharsets.UTF_8));
                return;
            }
            escaped((byte) next);
        }
    }

    private void escaped(byte[] text) {
        for (byte next : text) {
            escaped(next);
        }
    }

    private void escaped(byte next) {
        switch (next) {
            case '\\' -> put((byte) '\\', (byte) '\\');
            case '\t' -> put((byte) '\\', (byte) 't');
            case '\n' -> put((byte) '\\', (byte) 'n');
            case '\r' -> put((byte) '\\', (byte) 'r');
            default -> put(next);
        }
    }

    void endRow() {
        put((byte) '\n');
        inRow = false;
    }

    private void put(byte first, byte second) {
        put(first);
        put(second);
    }

    private void put(byte next) {
        if (size == bytes.length) {
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
        }
        bytes[size++] = next;
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
