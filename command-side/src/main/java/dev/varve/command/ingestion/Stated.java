package dev.varve.command.ingestion;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All that an import states, kept small: for each row and column eight bytes of a hash, so that a million rows fit into
 * memory. What is said of a row twice is one statement, column by column.
 */
final class Stated {

    private static final int ROWS_AT_ONCE = 1000;

    private final RowStatements statements;
    private final Map<String, Map<String, Row>> rowsByTable = new ConcurrentHashMap<>();

    Stated(RowStatements statements) {
        this.statements = statements;
    }

    /** Of one key the statements must come in their order; those of different keys may come at the same time. */
    void add(StatedRow said) {
        long at = said.at().isBefore(Instant.EPOCH) ? 0 : ChronoUnit.MICROS.between(Instant.EPOCH, said.at());
        rowsByTable
                .computeIfAbsent(said.table(), any -> new ConcurrentHashMap<>())
                .merge(said.key(), Row.of(said, at), Row::with);
    }

    /** Compares everything with what the read models hold now, and names each row that differs by table and key. */
    List<Checksum> compareWith(ReadModel readModel, BiConsumer<String, String> differing) {
        List<Checksum> checksums = new ArrayList<>();
        new TreeMap<>(rowsByTable).forEach((table, rows) -> {
            if (readModel.has(table)) {
                checksums.add(compare(table, rows, readModel, differing));
            }
        });
        return checksums;
    }

    private Checksum compare(
            String table, Map<String, Row> rows, ReadModel readModel, BiConsumer<String, String> different) {
        byte[] source = new byte[32];
        byte[] found = new byte[32];
        long differing = 0;
        List<String> examples = new ArrayList<>();
        List<String> keys = new ArrayList<>(new TreeSet<>(rows.keySet()));
        for (int from = 0; from < keys.size(); from += ROWS_AT_ONCE) {
            List<String> some = keys.subList(from, Math.min(keys.size(), from + ROWS_AT_ONCE));
            Map<String, Map<String, @Nullable Object>> stored = readModel.rows(table, columns(some, rows), some);
            for (String key : some) {
                Row said = row(rows, key);
                byte[] saidDigest = said.digest(key);
                Map<String, @Nullable Object> row = stored.get(key);
                byte @Nullable [] foundDigest = row == null
                        ? null
                        : said.asIn(statements.comparable(table, row)).digest(key);
                add(source, saidDigest);
                if (foundDigest != null) {
                    add(found, foundDigest);
                }
                if (!Arrays.equals(saidDigest, foundDigest)) {
                    differing++;
                    different.accept(table, key);
                    if (examples.size() < Checksum.MOST_EXAMPLES) {
                        examples.add(key);
                    }
                }
            }
        }
        return new Checksum(table, rows.size(), hex(source), hex(found), differing, examples);
    }

    private static Row row(Map<String, Row> rows, String key) {
        Row row = rows.get(key);
        if (row == null) {
            throw new IllegalStateException("nothing is taken away while rows are compared");
        }
        return row;
    }

    private static Set<String> columns(List<String> keys, Map<String, Row> rows) {
        return keys.stream()
                .flatMap(key -> Arrays.stream(row(rows, key).paths))
                .map(CanonicalText::column)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Exclusive or, so that the order of rows does not matter. */
    private static void add(byte[] sum, byte[] digest) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] ^= digest[i];
        }
    }

    private static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest, 0, 16);
    }

    /** What is said of one row: for each path, sorted, the hash of its value and when it was said. */
    // Arrays, and compared by nobody: a list of boxed numbers would be most of the memory of an import.
    @SuppressWarnings("ArrayRecordComponent")
    private record Row(String[] paths, long[] hashes, long[] said) {

        private static final Map<Set<String>, String[]> KNOWN_PATHS = new ConcurrentHashMap<>();

        static Row of(StatedRow stated, long at) {
            String[] paths = shared(stated.columns().keySet());
            long[] hashes = new long[paths.length];
            for (int i = 0; i < paths.length; i++) {
                hashes[i] = CanonicalText.hash(stated.columns().get(paths[i]));
            }
            long[] said = new long[paths.length];
            Arrays.fill(said, at);
            return new Row(paths, hashes, said);
        }

        /** The same array for the same paths, sorted: rows of a source say nearly all the same. */
        private static String[] shared(Set<String> paths) {
            String[] known = KNOWN_PATHS.get(paths);
            return known == null
                    ? KNOWN_PATHS.computeIfAbsent(
                            Set.copyOf(paths), all -> all.stream().sorted().toArray(String[]::new))
                    : known;
        }

        Row with(Row later) {
            TreeMap<String, long[]> all = new TreeMap<>();
            for (int i = 0; i < paths.length; i++) {
                all.put(paths[i], new long[] {hashes[i], said[i]});
            }
            for (int i = 0; i < later.paths.length; i++) {
                long[] news = {later.hashes[i], later.said[i]};
                all.merge(later.paths[i], news, (known, now) -> now[1] >= known[1] ? now : known);
            }
            String[] names = shared(all.keySet());
            return new Row(
                    names,
                    all.values().stream().mapToLong(pair -> pair[0]).toArray(),
                    all.values().stream().mapToLong(pair -> pair[1]).toArray());
        }

        Row asIn(Map<String, @Nullable Object> stored) {
            long[] found = new long[paths.length];
            for (int i = 0; i < paths.length; i++) {
                found[i] = CanonicalText.hash(CanonicalText.within(stored, paths[i]));
            }
            return new Row(paths, found, said);
        }

        byte[] digest(String key) {
            MessageDigest digest = CanonicalText.sha256();
            digest.update(key.getBytes(StandardCharsets.UTF_8));
            ByteBuffer hash = ByteBuffer.allocate(Long.BYTES);
            for (int i = 0; i < paths.length; i++) {
                digest.update((byte) 0);
                digest.update(paths[i].getBytes(StandardCharsets.UTF_8));
                digest.update(hash.putLong(0, hashes[i]).array());
            }
            return digest.digest();
        }
    }
}
