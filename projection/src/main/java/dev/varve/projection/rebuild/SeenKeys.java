package dev.varve.projection.rebuild;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which rows may have been written already: a Bloom filter of fixed size. It never forgets one; of those it was not told
 * of it takes a few for known, and these are only written in the slower way.
 */
final class SeenKeys {

    /** 16 MiB: one in a hundred is mistaken at 14 million rows. */
    private static final int WORDS = 1 << 21;

    private static final int HASHES = 4;

    private final Set<String> whole = new HashSet<>();
    private long @Nullable [] bits;

    /** Every row of the table counts as seen from now on. */
    void addAll(String table) {
        whole.add(table);
    }

    void add(String table, List<String> key) {
        if (bits == null) {
            bits = new long[WORDS];
        }
        long hash = hash(table, key);
        for (int i = 0; i < HASHES; i++) {
            int bit = bit(hash, i);
            bits[bit >>> 6] |= 1L << bit;
        }
    }

    boolean isEmpty() {
        return bits == null && whole.isEmpty();
    }

    boolean mayContain(String table, List<String> key) {
        if (whole.contains(table)) {
            return true;
        }
        if (bits == null) {
            return false;
        }
        long hash = hash(table, key);
        for (int i = 0; i < HASHES; i++) {
            int bit = bit(hash, i);
            if ((bits[bit >>> 6] & 1L << bit) == 0) {
                return false;
            }
        }
        return true;
    }

    private static int bit(long hash, int turn) {
        return (int) (hash + turn * (hash >>> 32 | 1)) & (WORDS * 64 - 1);
    }

    /** FNV-1a over the characters, stirred once more so that all its bits are good. */
    private static long hash(String table, List<String> key) {
        long hash = 0xcbf29ce484222325L;
        hash = text(hash, table);
        for (String part : key) {
            hash = text(hash, part);
        }
        hash ^= hash >>> 33;
        hash *= 0xff51afd7ed558ccdL;
        return hash ^ hash >>> 33;
    }

    private static long text(long before, String text) {
        long hash = before;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return (hash ^ 0x1F) * 0x100000001b3L;
    }
}
