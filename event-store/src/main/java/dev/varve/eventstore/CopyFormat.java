package dev.varve.eventstore;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Rows on their way into a table, in PostgreSQL's binary COPY format.
 *
 * <p>The format is that of the PostgreSQL manual, chapter COPY, "Binary Format": a signature, rows of a field count and
 * fields with their length in front, and -1. A row is sent on when the buffer is full, so the server inserts while the
 * next rows are being encoded. Close it without {@link #end()} and the server forgets all of it.
 */
final class CopyFormat implements AutoCloseable {

    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0};
    private static final int BUFFER = 256 * 1024;
    private static final Instant POSTGRES_EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    private final CopyIn copy;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);

    private CopyFormat(CopyIn copy) {
        this.copy = copy;
    }

    /** @param sql a {@code COPY … FROM STDIN (FORMAT binary)} */
    static CopyFormat begin(Connection connection, String sql) throws SQLException {
        CopyFormat rows = new CopyFormat(
                connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql));
        rows.buffer.put(SIGNATURE).putInt(0).putInt(0);
        return rows;
    }

    /** Starts a row; exactly so many fields must follow. */
    CopyFormat row(int fields) throws SQLException {
        room(Short.BYTES).putShort((short) fields);
        return this;
    }

    CopyFormat bigint(long value) throws SQLException {
        room(Integer.BYTES + Long.BYTES).putInt(Long.BYTES).putLong(value);
        return this;
    }

    CopyFormat timestamptz(Instant instant) throws SQLException {
        return bigint(ChronoUnit.MICROS.between(POSTGRES_EPOCH, instant));
    }

    CopyFormat text(@Nullable String value) throws SQLException {
        if (value == null) {
            room(Integer.BYTES).putInt(-1);
            return this;
        }
        return bytea(value.getBytes(StandardCharsets.UTF_8));
    }

    CopyFormat bytea(byte[] value) throws SQLException {
        room(Integer.BYTES).putInt(value.length);
        if (value.length <= buffer.remaining()) {
            buffer.put(value);
            return this;
        }
        send();
        if (value.length <= buffer.capacity()) {
            buffer.put(value);
        } else {
            copy.writeToCopy(value, 0, value.length);
        }
        return this;
    }

    private ByteBuffer room(int bytes) throws SQLException {
        if (buffer.remaining() < bytes) {
            send();
        }
        return buffer;
    }

    private void send() throws SQLException {
        copy.writeToCopy(buffer.array(), 0, buffer.position());
        buffer.clear();
    }

    /** Sends what is left; the rows are in the table when this returns. */
    void end() throws SQLException {
        room(Short.BYTES).putShort((short) -1);
        send();
        copy.endCopy();
    }

    @Override
    public void close() throws SQLException {
        if (copy.isActive()) {
            copy.cancelCopy();
        }
    }
}
