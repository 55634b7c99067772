package dev.varve.eventstore.adoption;

import dev.varve.eventstore.adoption.Findings.TypeCount;
import dev.varve.eventstore.adoption.OldTokens.OldToken;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Looks through the old store for whatever a takeover could not keep, so that it is known before anything is written. */
// SQL stands right above the method that runs it, also where names of tables and columns are still to be put in.
@SuppressWarnings("InlineFormatString")
final class Inspection {

    /** With what JSON can begin. */
    private static final String JSON_BEGINS = "'\\x7b5b222d3031323334353637383974666e20090a0d'::bytea";

    private static final String IS_A_TIME =
            "~ '^[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})$'";

    private final Connection connection;
    private final OldTables tables;
    private final TypeNames names;
    private final List<String> refused = new ArrayList<>();

    Inspection(Connection connection, OldTables tables, TypeNames names) {
        this.connection = connection;
        this.tables = tables;
        this.names = names;
    }

    /** What was found, when nothing stands in the way. */
    Findings run() throws SQLException {
        unique(tables.events(), List.of("globalindex"));
        unique(tables.events(), List.of("aggregateidentifier", "sequencenumber"));
        unique(tables.events(), List.of("eventidentifier"));
        List<TypeCount> types = new ArrayList<>();
        long[] events = events(types);
        long snapshots =
                tables.snapshots().isPresent() ? snapshots(tables.snapshots().get()) : 0;
        long snapshotsLeft = tables.leftSnapshots().isPresent()
                ? leaveSnapshots(tables.leftSnapshots().get())
                : 0;
        int tokens = tables.tokens().isPresent() ? tokens(tables.tokens().get()) : 0;
        long[] streams = numbers(STREAMS.formatted(
                c("aggregateidentifier"),
                c("sequencenumber"),
                c("type"),
                tables.events().name(),
                c("type"),
                c("aggregateidentifier")));
        long letters = tables.deadLetters().isPresent()
                ? numbers("SELECT count(*) FROM " + tables.deadLetters().get().name())[0]
                : 0;
        if (!refused.isEmpty()) {
            throw AdoptionRefused.because(refused);
        }
        return new Findings(
                events[0],
                events[1],
                events[2],
                types,
                events[3],
                streams[0],
                streams[1],
                streams[2],
                streams[3],
                snapshots,
                snapshotsLeft,
                tokens,
                letters);
    }

    private String c(String column) {
        return tables.events().column(column);
    }

    private static final String EVENTS = """
            SELECT payload_type, count(*), min(index), max(index), count(*) FILTER (WHERE head = ''),
                   min(index) FILTER (WHERE head IS NULL OR head <> '' AND position(head IN %s) = 0),
                   min(index) FILTER (WHERE meta IS NOT NULL AND (meta = '' OR position(meta IN %s) = 0)),
                   min(index) FILTER (WHERE time IS NULL OR NOT time %s),
                   min(index) FILTER (WHERE stream_type IS NULL AND (stream_id <> event_id OR version <> 0)),
                   min(index) FILTER (WHERE payload_type IS NULL OR stream_id IS NULL OR version IS NULL OR event_id IS NULL)
            FROM (SELECT %s AS index, %s AS payload_type, %s AS head, %s AS meta, %s AS time, %s AS stream_type,
                         %s AS stream_id, %s AS version, %s AS event_id FROM %s) e
            GROUP BY payload_type ORDER BY payload_type
            """;

    /** Count, last index, gaps, empty payloads. */
    private long[] events(List<TypeCount> types) throws SQLException {
        OldTable table = tables.events();
        String sql = EVENTS.formatted(
                JSON_BEGINS,
                JSON_BEGINS,
                IS_A_TIME,
                c("globalindex"),
                c("payloadtype"),
                table.firstByte("payload"),
                table.firstByte("metadata"),
                c("timestamp"),
                c("type"),
                c("aggregateidentifier"),
                c("sequencenumber"),
                c("eventidentifier"),
                table.name());
        long events = 0;
        long first = Long.MAX_VALUE;
        long last = -1;
        long empty = 0;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                String type = String.valueOf(rows.getString(1));
                types.add(new TypeCount(type, names.nameOf(type), names.knows(type), rows.getLong(2)));
                events += rows.getLong(2);
                first = Math.min(first, rows.getLong(3));
                last = Math.max(last, rows.getLong(4));
                empty += rows.getLong(5);
                refuse(
                        rows,
                        6,
                        type,
                        "has a payload that is not JSON (XStream's XML, or Java's or another binary form)");
                refuse(rows, 7, type, "has metadata that is not JSON");
                refuse(rows, 8, type, "has a time that is not one of ISO 8601 with an offset");
                refuse(rows, 9, type, "names no aggregate type and yet is not alone in its stream");
                refuse(rows, 10, type, "lacks its type, identifier, aggregate or sequence number");
            }
        }
        return new long[] {events, last, events == 0 ? 0 : last - first + 1 - events, empty};
    }

    private void refuse(ResultSet rows, int column, String type, String reason) throws SQLException {
        long index = rows.getLong(column);
        if (!rows.wasNull()) {
            refused.add("the event at global index %d, of type '%s', %s".formatted(index, type, reason));
        }
    }

    private static final String STREAMS = """
            SELECT count(*), count(*) FILTER (WHERE first > 0), count(*) FILTER (WHERE last - first + 1 > n),
                   count(*) FILTER (WHERE several)
            FROM (SELECT %1$s, min(%2$s) AS first, max(%2$s) AS last, count(*) AS n, min(%3$s) <> max(%3$s) AS several
                  FROM %4$s WHERE %5$s IS NOT NULL GROUP BY %6$s) s
            """;

    private long[] numbers(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            long[] numbers = new long[rows.getMetaData().getColumnCount()];
            for (int n = 0; n < numbers.length; n++) {
                numbers[n] = rows.getLong(n + 1);
            }
            return numbers;
        }
    }

    /** Asks the rows only where no index vouches for them. */
    private void unique(OldTable table, List<String> columns) throws SQLException {
        if (table.isUnique(connection, columns)) {
            return;
        }
        String together = String.join(", ", columns.stream().map(table::column).toList());
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT row(%s)::text, count(*) FROM %s GROUP BY %s HAVING count(*) > 1 LIMIT 1"
                                .formatted(together, table.name(), together))) {
            if (rows.next()) {
                refused.add("%s has %d rows with the same %s: %s"
                        .formatted(table.name(), rows.getLong(2), String.join(" and ", columns), rows.getString(1)));
            }
        }
    }

    private static final String SNAPSHOTS = """
            SELECT count(*),
                   min(id) FILTER (WHERE head IS NULL OR head = '' OR position(head IN %s) = 0 OR stream_type IS NULL)
            FROM (SELECT %s AS id, %s AS head, %s AS stream_type FROM %s) s
            """;

    private long snapshots(OldTable table) throws SQLException {
        unique(table, List.of("aggregateidentifier", "sequencenumber"));
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(SNAPSHOTS.formatted(
                        JSON_BEGINS,
                        table.column("aggregateidentifier"),
                        table.firstByte("payload"),
                        table.column("type"),
                        table.name()))) {
            rows.next();
            if (rows.getString(2) != null) {
                refused.add(("the snapshot of aggregate '%s' is not JSON, or names no type;"
                                + " --without-snapshots leaves snapshots behind, if every aggregate can be loaded from its events")
                        .formatted(rows.getString(2)));
            }
            return rows.getLong(1);
        }
    }

    private static final String NEEDED_SNAPSHOTS = """
            SELECT (SELECT count(*) FROM %2$s),
                   (SELECT min(s.%1$s) FROM %2$s s WHERE NOT EXISTS
                       (SELECT FROM %3$s e WHERE e.%4$s = s.%1$s AND e.%5$s = 0))
            """;

    /** A stream that lacks its first event is nothing without its snapshot. */
    private long leaveSnapshots(OldTable table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(NEEDED_SNAPSHOTS.formatted(
                        table.column("aggregateidentifier"),
                        table.name(),
                        tables.events().name(),
                        c("aggregateidentifier"),
                        c("sequencenumber")))) {
            rows.next();
            if (rows.getString(2) != null) {
                refused.add("the first event of aggregate '%s' is gone: it can only be loaded from its snapshot"
                        .formatted(rows.getString(2)));
            }
            return rows.getLong(1);
        }
    }

    private int tokens(OldTable table) throws SQLException {
        OldTokens.Read read = OldTokens.read(connection, table);
        refused.addAll(read.refused());
        String index = c("globalindex");
        try (PreparedStatement statement = connection.prepareStatement("SELECT min(%s) FROM %s WHERE %s = ANY (?)"
                .formatted(index, tables.events().name(), index))) {
            for (OldToken token : read.tokens()) {
                List<Long> missing = OldTokens.missing(token.token());
                statement.setArray(1, connection.createArrayOf("bigint", missing.toArray()));
                try (ResultSet rows = statement.executeQuery()) {
                    rows.next();
                    long late = rows.getLong(1);
                    if (!rows.wasNull()) {
                        refused.add(
                                "processor '%s', segment %d, has not handled the event at global index %d, which arrived after later ones; let the old application run until it has"
                                        .formatted(token.processor(), token.segment(), late));
                    }
                }
            }
        }
        return read.tokens().size();
    }
}
