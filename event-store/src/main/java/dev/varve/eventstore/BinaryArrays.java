package dev.varve.eventstore;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.UUID;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TypeInfo;
import org.postgresql.jdbc.PgArray;
import org.postgresql.jdbc.PreferQueryMode;

/**
 * Arrays of types that the driver would send as text, in the binary form that PostgreSQL's {@code array_recv} takes: the
 * server neither unquotes them nor converts them from another type.
 *
 * <p>The form is: dimensions, whether there are nulls, the element's type, length and lower bound of the one dimension, then
 * for each element its length and its bytes. The driver binds it as it is if it comes in a {@link PgArray}. That class and
 * the connection it wants are the driver's own, not JDBC; nothing else here depends on them, and where a connection does not
 * give them away, or speaks the simple protocol, which knows no binary form, the driver sends text.
 */
final class BinaryArrays {

    private static final int HEADER_BYTES = 5 * Integer.BYTES;
    private static final int UUID_BYTES = 2 * Long.BYTES;

    private BinaryArrays() {}

    /** @param values UTF-8 */
    static Array json(Connection connection, byte[][] values) throws SQLException {
        if (!takesBinary(connection)) {
            return connection.createArrayOf(
                    "json",
                    Arrays.stream(values)
                            .map(value -> new String(value, StandardCharsets.UTF_8))
                            .toArray(String[]::new));
        }
        int bytes = values.length * Integer.BYTES;
        for (byte[] value : values) {
            bytes += value.length;
        }
        Form form = new Form(connection, "json", values.length, bytes);
        for (byte[] value : values) {
            form.bytes.putInt(value.length).put(value);
        }
        return form.array();
    }

    static Array uuid(Connection connection, UUID[] values) throws SQLException {
        if (!takesBinary(connection)) {
            return connection.createArrayOf("uuid", values);
        }
        Form form = new Form(connection, "uuid", values.length, values.length * (Integer.BYTES + UUID_BYTES));
        for (UUID value : values) {
            form.bytes
                    .putInt(UUID_BYTES)
                    .putLong(value.getMostSignificantBits())
                    .putLong(value.getLeastSignificantBits());
        }
        return form.array();
    }

    private static boolean takesBinary(Connection connection) throws SQLException {
        return connection.isWrapperFor(BaseConnection.class)
                && connection.unwrap(BaseConnection.class).getPreferQueryMode() != PreferQueryMode.SIMPLE;
    }

    /** An array that is being written. */
    private static final class Form {

        private final BaseConnection connection;
        private final String type;
        private final ByteBuffer bytes;

        Form(Connection connection, String type, int elements, int elementBytes) throws SQLException {
            this.connection = connection.unwrap(BaseConnection.class);
            this.type = type;
            TypeInfo types = this.connection.getTypeInfo();
            bytes = ByteBuffer.allocate(HEADER_BYTES + elementBytes)
                    .putInt(1)
                    .putInt(0)
                    .putInt(types.getPGType(type))
                    .putInt(elements)
                    .putInt(1);
        }

        Array array() throws SQLException {
            return new PgArray(connection, connection.getTypeInfo().getPGArrayType(type), bytes.array());
        }
    }
}
