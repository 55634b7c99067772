package dev.varve.eventstore.maintenance;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of an archive without a database.
 *
 * <p>The layout is that of PostgreSQL's COPY in binary: a signature, then per row the number of columns (int16) and, for
 * each, its length (int32, -1 for null) and its bytes.
 */
public final class ArchivedEvents {

    static final String COLUMNS = "position, event_id, stream_type, stream_id, version, type, revision, recorded_at,"
            + " latest_recorded_at, payload, metadata";

    private static final String[] NAMES = COLUMNS.split(", ");
    private static final int INT8 = 20;
    private static final int TEXT = 25;
    private static final int TIMESTAMPTZ = 1184;
    private static final int BYTEA = 17;
    private static final int[] TYPES = {INT8, TEXT, TEXT, TEXT, INT8, TEXT, TEXT, TIMESTAMPTZ, TIMESTAMPTZ, BYTEA, BYTEA
    };
    private static final byte[] SIGNATURE = "PGCOPY\n\u00ff\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final Instant POSTGRES_EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    private ArchivedEvents() {}

    /** What was counted on the way. */
    record Summary(long events, String digest) {}

    /** Reads all of it, for its digest. */
    static Summary summary(Path data) throws IOException {
        return read(data, row -> {});
    }

    /** Hands over each event as a row with the names of the table's columns; payload and metadata are text. */
    public static void forEach(Path data, Consumer<Map<String, @Nullable Object>> consumer) throws IOException {
        read(data, row -> consumer.accept(named(row)));
    }

    private static Summary read(Path data, Consumer<byte[] @Nullable []> consumer) throws IOException {
        MessageDigest whole = sha256();
        MessageDigest row = sha256();
        ByteBuffer number = ByteBuffer.allocate(Integer.BYTES);
        long events = 0;
        try (InputStream file = Files.newInputStream(data);
                DataInputStream in = new DataInputStream(new BufferedInputStream(new GZIPInputStream(file, 1 << 16)))) {
            if (!Arrays.equals(in.readNBytes(SIGNATURE.length), SIGNATURE)) {
                throw new IOException(data + " is not in PostgreSQL's binary COPY format");
            }
            in.readInt();
            in.skipNBytes(in.readInt());
            for (int columns = in.readShort(); columns >= 0; columns = in.readShort()) {
                if (columns != TYPES.length) {
                    throw new IOException("%s has %d columns instead of %d".formatted(data, columns, TYPES.length));
                }
                byte[] @Nullable [] fields = new byte[columns][];
                row.update(number.putInt(0, columns).array());
                for (int n = 0; n < columns; n++) {
                    int length = in.readInt();
                    row.update(number.putInt(0, TYPES[n]).array());
                    row.update(number.putInt(0, length).array());
                    if (length >= 0) {
                        byte[] field = in.readNBytes(length);
                        if (field.length < length) {
                            throw new EOFException(data + " ends within an event");
                        }
                        row.update(field);
                        fields[n] = field;
                    }
                }
                whole.update(row.digest());
                consumer.accept(fields);
                events++;
            }
        }
        return new Summary(events, HexFormat.of().formatHex(whole.digest()));
    }

    private static Map<String, @Nullable Object> named(byte[] @Nullable [] fields) {
        Map<String, @Nullable Object> named = new LinkedHashMap<>();
        for (int n = 0; n < fields.length; n++) {
            byte[] field = fields[n];
            named.put(
                    NAMES[n],
                    field == null
                            ? null
                            : switch (TYPES[n]) {
                                case INT8 -> ByteBuffer.wrap(field).getLong();
                                case TIMESTAMPTZ ->
                                    POSTGRES_EPOCH
                                            .plus(ByteBuffer.wrap(field).getLong(), ChronoUnit.MICROS)
                                            .toString();
                                default -> new String(field, StandardCharsets.UTF_8);
                            });
        }
        return named;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
