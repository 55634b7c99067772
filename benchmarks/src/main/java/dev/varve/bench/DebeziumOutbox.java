package dev.varve.bench;

import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.format.Json;
import io.debezium.engine.format.KeyValueHeaderChangeEventFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Debezium, embedded, with its Outbox Event Router as it comes: reads our outbox from PostgreSQL's write-ahead log, by
 * the publication that the migration made.
 */
final class DebeziumOutbox implements AutoCloseable {

    private static final String SLOT = "varve_debezium";

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
