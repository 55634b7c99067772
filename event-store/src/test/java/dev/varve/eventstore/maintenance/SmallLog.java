package dev.varve.eventstore.maintenance;

import dev.varve.eventstore.Append;
import dev.varve.eventstore.AppendSettings;
import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.PostgresEventLog;
import dev.varve.testkit.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/** A log with partitions so small that tests fill them, written through the queue and by hand. */
public final class SmallLog {

    private final TestDatabase database;

    private SmallLog(TestDatabase database) {
        this.database = database;
    }

    /** Replaces the partitions of an empty log by ten small ones. */
    public static SmallLog of(TestDatabase database, int partitionSize) {
        SmallLog log = new SmallLog(database);
        log.run("DROP TABLE event_store.event_000000000000001, event_store.event_000000010000001,"
                + " event_store.event_000000020000001");
        log.run("SELECT event_store.make_partition(1 + n * %1$d, %1$d) FROM generate_series(0, 9) AS n"
                .formatted(partitionSize));
        return log;
    }

    public DataSource dataSource() {
        return database.dataSource();
    }

    /** Appends so many events to one stream, all of type {@code thing.happened}. */
    public void append(String stream, long firstVersion, int count) {
        List<NewEvent> events = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            events.add(new NewEvent(
                    UUID.randomUUID().toString(),
                    "thing",
                    stream,
                    firstVersion + n,
                    "thing.happened",
                    "1",
                    Instant.parse("2026-03-01T12:00:00Z"),
                    "{\"n\":1}".getBytes(StandardCharsets.UTF_8),
                    "{}".getBytes(StandardCharsets.UTF_8)));
        }
        try (PostgresEventLog log = new PostgresEventLog(dataSource(), AppendSettings.defaults(), new LogSignals())) {
            log.append(Append.of(events));
        }
    }

    /** Runs a statement on a connection of its own. */
    public void run(String sql) {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** The rows of a query, all of whose columns are whole numbers. */
    public List<List<Long>> numbers(String sql) {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            List<List<Long>> numbers = new ArrayList<>();
            while (row.next()) {
                List<Long> columns = new ArrayList<>();
                for (int n = 1; n <= row.getMetaData().getColumnCount(); n++) {
                    columns.add(row.getLong(n));
                }
                numbers.add(columns);
            }
            return numbers;
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }
}
