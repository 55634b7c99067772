package dev.varve.eventstore.adoption;

import dev.varve.eventstore.NewEvent;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.axonframework.common.DateTimeUtils;
import org.jspecify.annotations.Nullable;

/** Reads the old events in the order of their global index, a piece at a time. Needs a transaction of its own. */
final class OldEvents implements AutoCloseable {

    static final List<String> COLUMNS = List.of(
            "globalindex",
            "eventidentifier",
            "type",
            "aggregateidentifier",
            "sequencenumber",
            "payloadtype",
            "payloadrevision",
            "timestamp",
            "payload",
            "metadata");

    private static final int FETCHED = 1_000;
    private static final byte[] NO_METADATA = "{}".getBytes(StandardCharsets.UTF_8);

    private final PreparedStatement statement;
    private final ResultSet rows;
    private final TypeNames names;

    private OldEvents(PreparedStatement statement, ResultSet rows, TypeNames names) {
        this.statement = statement;
        this.rows = rows;
        this.names = names;
    }

    /** @param after global index after which to begin */
    static OldEvents open(Connection connection, OldTable table, TypeNames names, long after, long upTo)
            throws SQLException {
        String index = table.column("globalindex");
        PreparedStatement statement = connection.prepareStatement(
                "SELECT %s, %s, %s, %s, %s, %s, %s, %s, %s, %s FROM %s WHERE %s > ? AND %s <= ? ORDER BY %s"
                        .formatted(
                                index,
                                table.column("eventidentifier"),
                                table.column("type"),
                                table.column("aggregateidentifier"),
                                table.column("sequencenumber"),
                                table.column("payloadtype"),
                                table.column("payloadrevision"),
                                table.column("timestamp"),
                                table.bytes("payload"),
                                table.bytes("metadata"),
                                table.name(),
                                index,
                                index,
                                index));
        statement.setFetchSize(FETCHED);
        statement.setLong(1, after);
        statement.setLong(2, upTo);
        return new OldEvents(statement, statement.executeQuery(), names);
    }

    /** An old event and where it was. */
    record OldEvent(long index, NewEvent event) {}

    /** The next ones, at most so many and not much more than so many bytes; empty at the end. */
    List<OldEvent> next(int events, long bytes) throws SQLException {
        List<OldEvent> piece = new ArrayList<>(events);
        long size = 0;
        while (piece.size() < events && size < bytes && rows.next()) {
            OldEvent event = event();
            piece.add(event);
            size += event.event.payload().length + event.event.metadata().length;
        }
        return piece;
    }

    private OldEvent event() throws SQLException {
        return new OldEvent(
                rows.getLong(1),
                row(
                        rows.getString(2),
                        rows.getString(3),
                        rows.getString(4),
                        rows.getLong(5),
                        names.nameOf(rows.getString(6)),
                        rows.getString(7),
                        rows.getString(8),
                        rows.getBytes(9),
                        rows.getBytes(10)));
    }

    static NewEvent row(
            String eventId,
            @Nullable String streamType,
            String streamId,
            long version,
            String type,
            @Nullable String revision,
            String time,
            byte[] payload,
            byte @Nullable [] metadata) {
        Instant at = DateTimeUtils.parseInstant(time);
        return new NewEvent(
                eventId,
                streamType,
                streamId,
                version,
                type,
                revision,
                at,
                payload,
                metadata == null ? NO_METADATA : metadata);
    }

    @Override
    public void close() throws SQLException {
        rows.close();
        statement.close();
    }
}
