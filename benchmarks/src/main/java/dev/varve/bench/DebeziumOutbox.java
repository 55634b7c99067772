package dev.varve.bench;

import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.format.Json;
import io.debezium.engine.format.KeyValueHeaderChangeEventFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Debezium, embedded, with its Outbox Event Router as it comes: reads our outbox from PostgreSQL's write-ahead log, by
 * the publication that the migration made.
 */
final class DebeziumOutbox implements AutoCloseable {

    static final Map<String, String> AS_IT_COMES = Map.of();

    /** Larger batches, and asking for more at once. */
    static final Map<String, String> TUNED =
            Map.of("max.batch.size", "16384", "max.queue.size", "65536", "poll.interval.ms", "5");

    private static final String SLOT = "varve_debezium";
    private static final long LONGEST_SECONDS = 120;

    private final PGSimpleDataSource database;
    private final DebeziumEngine<ChangeEvent<String, String>> engine;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private boolean closed;

    /**
     * Begins at once.
     *
     * @param more settings besides those it cannot do without
     * @param consumer gets every batch
     */
    DebeziumOutbox(
            PGSimpleDataSource database,
            Map<String, String> more,
            DebeziumEngine.ChangeConsumer<ChangeEvent<String, String>> consumer) {
        this.database = database;
        Properties settings = new Properties();
        settings.putAll(Map.of(
                "name", SLOT,
                "connector.class", "io.debezium.connector.postgresql.PostgresConnector",
                "converter.schemas.enable", "false",
                "offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore",
                "topic.prefix", "varve",
                "transforms", "outbox",
                "transforms.outbox.type", "io.debezium.transforms.outbox.EventRouter"));
        settings.putAll(Map.of(
                "database.hostname",
                database.getServerNames()[0],
                "database.port",
                Integer.toString(database.getPortNumbers()[0]),
                "database.user",
                String.valueOf(database.getUser()),
                "database.password",
                "postgres",
                "database.dbname",
                String.valueOf(database.getDatabaseName()),
                "plugin.name",
                "pgoutput",
                "slot.name",
                SLOT,
                "publication.name",
                "varve_outbox",
                "publication.autocreate.mode",
                "disabled",
                "table.include.list",
                "outbox.message"));
        settings.putAll(more);
        engine = DebeziumEngine.create(KeyValueHeaderChangeEventFormat.of(Json.class, Json.class, Json.class))
                .using(settings)
                .notifying(consumer)
                .build();
        thread.execute(engine);
    }

    /** Begins with what is written from now on. */
    static DebeziumOutbox ofNewMessages(
            PGSimpleDataSource database,
            Map<String, String> settings,
            DebeziumEngine.ChangeConsumer<ChangeEvent<String, String>> consumer) {
        Map<String, String> more = new HashMap<>(settings);
        more.put("snapshot.mode", "no_data");
        return new DebeziumOutbox(database, more, consumer);
    }

    /** A message's key, which its converter writes as JSON. */
    static String key(ChangeEvent<String, String> event) {
        return event.key().substring(1, event.key().length() - 1);
    }

    /** Waits until it reads: what is written before is not its. */
    void awaitStart() throws TimeoutException {
        Backlog.await("Debezium's start", this::isReading);
    }

    /** Stops it, so that the slot holds nothing back and another may be made. */
    void endAndDropSlot() throws Exception {
        if (!end(LONGEST_SECONDS)) {
            throw new IllegalStateException("Debezium did not stop");
        }
        Backlog.await("Debezium to leave its slot", () -> !isReading());
        Backlog.execute(database, "SELECT pg_drop_replication_slot('%s')".formatted(SLOT));
    }

    private boolean isReading() {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM pg_replication_slots WHERE active")) {
            return rows.next() && rows.getInt(1) > 0;
        } catch (SQLException e) {
            throw new IllegalStateException("the slots could not be read", e);
        }
    }

    /** Stops it, unless that was done, and waits; false when it takes longer. */
    boolean end(long seconds) throws InterruptedException {
        close();
        return thread.awaitTermination(seconds, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            engine.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Debezium did not stop", e);
        } finally {
            thread.shutdown();
        }
    }
}
