package dev.varve.transit.command.gtfs;

import dev.varve.command.Bounds;
import dev.varve.command.ingestion.BrokenSource;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A zipped feed. Its tables are read where they are; nothing is ever written to disk, so names inside do no harm.
 *
 * <p>The feed may lie in a folder inside the zip: it is where {@code stops.txt} lies. A table is read through once when
 * it is first asked for, which finds damage, zip bombs and foreign encodings before anything is recorded.
 */
final class GtfsArchive implements AutoCloseable {

    private static final long GIB = 1L << 30;

    /** No agency's stop_times come near; a country's have two GiB. */
    private static final long LARGEST_STOP_TIMES = 8 * GIB;

    /** The other tables are held in memory, in part. */
    private static final long LARGEST_TABLE = GIB / 2;

    /** Timetables deflate ten- to fifty-fold; the format allows a thousand. */
    private static final long LARGEST_RATIO = 200;

    private static final long RATIO_MATTERS_FROM = 64L << 20;

    /** What feeds are encoded in that are not in UTF-8, as the specification demands. */
    private static final Charset FALLBACK = Charset.forName("windows-1252");

    private final Path file;
    private final ZipFile zip;
    private final Map<String, ZipEntry> tables;
    private final Map<String, Charset> charsets = new LinkedHashMap<>();

    private GtfsArchive(Path file, ZipFile zip, Map<String, ZipEntry> tables) {
        this.file = file;
        this.zip = zip;
        this.tables = tables;
    }

    static GtfsArchive open(Path file) throws BrokenSource {
        if (!Files.isRegularFile(file)) {
            throw new BrokenSource(file + ": there is no such file");
        }
        ZipFile zip;
        try {
            zip = new ZipFile(file.toFile());
        } catch (ZipException e) {
            throw new BrokenSource(file + ": is not a zip file, or is damaged (" + e.getMessage() + ")", e);
        } catch (IOException e) {
            throw new BrokenSource(file + ": cannot be read (" + e.getMessage() + ")", e);
        }
        return new GtfsArchive(file, zip, tablesOf(zip));
    }

    private static Map<String, ZipEntry> tablesOf(ZipFile zip) {
        List<? extends ZipEntry> entries = zip.stream()
                .filter(entry -> !entry.isDirectory() && !entry.getName().startsWith("__MACOSX/"))
                .toList();
        String folder = entries.stream()
                .map(ZipEntry::getName)
                .filter(name -> baseName(name).equals("stops.txt"))
                .map(GtfsArchive::folder)
                .min(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
                .orElse("");
        Map<String, ZipEntry> tables = new LinkedHashMap<>();
        for (ZipEntry entry : entries) {
            if (folder(entry.getName()).equals(folder)) {
                tables.putIfAbsent(baseName(entry.getName()), entry);
            }
        }
        return tables;
    }

    private static String folder(String name) {
        return name.substring(0, slash(name) + 1);
    }

    private static String baseName(String name) {
        return name.substring(slash(name) + 1).toLowerCase(Locale.ROOT);
    }

    private static int slash(String name) {
        return Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\'));
    }

    boolean has(String table) {
        return tables.containsKey(table);
    }

    /** Opens a table that the feed must have. */
    CsvTable table(String name, String... requiredColumns) throws BrokenSource {
        ZipEntry entry = tables.get(name);
        if (entry == null) {
            throw new BrokenSource(file + ": holds no " + name);
        }
        Charset charset = charsets.get(name);
        if (charset == null) {
            charset = check(name, entry);
            charsets.put(name, charset);
        }
        try {
            return CsvTable.open(name, new InputStreamReader(zip.getInputStream(entry), charset), requiredColumns);
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    /** Opens a table that the feed may have. */
    @Nullable CsvTable optionalTable(String name, String... requiredColumns) throws BrokenSource {
        return has(name) ? table(name, requiredColumns) : null;
    }

    /** The tables among those read so far that are not in UTF-8. */
    List<String> tablesInForeignEncoding() {
        return charsets.entrySet().stream()
                .filter(table -> table.getValue().equals(FALLBACK))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** SHA-256 over the file's bytes, in hexadecimal digits. */
    String digest() throws BrokenSource {
        try (InputStream in = Files.newInputStream(file);
                DigestInputStream digesting = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            digesting.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digesting.getMessageDigest().digest());
        } catch (IOException e) {
            throw new BrokenSource(file + ": cannot be read (" + e.getMessage() + ")", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * When the newest table was written, which is when the feed said what it says. Where the zip does not know, or
     * cannot be right, when the file was; else now.
     */
    Instant writtenAt(Instant now) {
        return Stream.concat(
                        tables.values().stream()
                                .flatMap(entry -> Stream.ofNullable(entry.getLastModifiedTime()))
                                .map(FileTime::toInstant)
                                .max(Comparator.naturalOrder())
                                .stream(),
                        fileTime().stream())
                .filter(time -> Bounds.isPlausible(time) && !time.isAfter(now))
                .findFirst()
                .orElse(now);
    }

    private Optional<Instant> fileTime() {
        try {
            return Optional.of(Files.getLastModifiedTime(file).toInstant());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot close " + file, e);
        }
    }

    /** Reads a table through and answers with its encoding. */
    private Charset check(String name, ZipEntry entry) throws BrokenSource {
        long largest = name.equals("stop_times.txt") ? LARGEST_STOP_TIMES : LARGEST_TABLE;
        try (InputStream in = new Bounded(zip.getInputStream(entry), largest, entry.getCompressedSize())) {
            return isUtf8(in) ? StandardCharsets.UTF_8 : FALLBACK;
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    /** Reads to the end in any case, because the zip's check sum is compared there. */
    private static boolean isUtf8(InputStream in) throws IOException {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
        CharBuffer chars = CharBuffer.allocate(1 << 16);
        boolean utf8 = true;
        int read;
        while ((read = in.read(bytes.array(), bytes.position(), bytes.remaining())) >= 0) {
            if (utf8) {
                bytes.position(bytes.position() + read).flip();
                CoderResult result = decoder.decode(bytes, chars.clear(), false);
                utf8 = !result.isError();
                bytes.compact();
            }
            if (!utf8) {
                bytes.clear();
            }
        }
        return utf8 && !decoder.decode(bytes.flip(), chars.clear(), true).isError();
    }

    private BrokenSource unreadable(String name, IOException e) {
        return new BrokenSource(file + ": " + name + " cannot be read (" + e.getMessage() + ")", e);
    }

    /** Ends with an error where a table inflates beyond all measure. */
    private static final class Bounded extends FilterInputStream {

        private final long largest;
        private final long compressed;
        private long inflated;

        Bounded(InputStream in, long largest, long compressed) {
            super(in);
            this.largest = largest;
            this.compressed = compressed;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            inflated += Math.max(0, read);
            if (inflated > largest) {
                throw new IOException("it is larger than " + (largest >> 20) + " MiB");
            }
            if (inflated > RATIO_MATTERS_FROM && inflated / LARGEST_RATIO > compressed) {
                throw new IOException("it inflates more than " + LARGEST_RATIO + "-fold, as no timetable does");
            }
            return read;
        }
    }
}
