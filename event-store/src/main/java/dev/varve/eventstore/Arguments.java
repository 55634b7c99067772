package dev.varve.eventstore;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A statement's parameters, given one after the other. Arrays of these Java types travel in binary form. */
final class Arguments {

    private final Connection connection;
    private final PreparedStatement statement;
    private int last;

    Arguments(Connection connection, PreparedStatement statement) {
        this.connection = connection;
        this.statement = statement;
    }

    void add(long value) throws SQLException {
        statement.setLong(++last, value);
    }

    void add(int[] values) throws SQLException {
        statement.setObject(++last, values);
    }

    void add(long[] values) throws SQLException {
        statement.setObject(++last, values);
    }

    // The driver encodes String[] as binary and Object[] as text.
    void add(@Nullable String[] values) throws SQLException {
        statement.setArray(++last, connection.createArrayOf("text", values));
    }

    void add(byte[][] values) throws SQLException {
        statement.setArray(++last, connection.createArrayOf("bytea", values));
    }

    void add(UUID[] values) throws SQLException {
        statement.setArray(++last, BinaryArrays.uuid(connection, values));
    }

    /** @param values UTF-8 */
    void addJson(byte[][] values) throws SQLException {
        statement.setArray(++last, BinaryArrays.json(connection, values));
    }

    void addNullArray() throws SQLException {
        statement.setNull(++last, Types.ARRAY);
    }
}
