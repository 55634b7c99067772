package dev.varve.bench;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.axon.JsonShapes;
import dev.varve.eventstore.axon.RegisteredEvent;
import dev.varve.transit.events.DepartureEvent;
import dev.varve.transit.events.DepartureEvent.DepartureCancelled;
import dev.varve.transit.events.DepartureEvent.DepartureDelayed;
import dev.varve.transit.events.DepartureEvent.DepartureOnTime;
import dev.varve.transit.events.DepartureEvent.DeparturePlanned;
import dev.varve.transit.events.DepartureEvent.DeparturePlatformChanged;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.axonframework.config.Configuration;
import org.axonframework.config.Configurer;
import org.axonframework.config.DefaultConfigurer;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.SequenceNumber;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.eventhandling.tokenstore.jdbc.JdbcTokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.PostgresTokenTableFactory;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.eventsourcing.eventstore.jdbc.PostgresEventTableFactory;
import org.axonframework.messaging.StreamableMessageSource;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.axonframework.spring.jdbc.SpringDataSourceConnectionProvider;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import tools.jackson.databind.json.JsonMapper;

/**
 * The peer: Axon's own JDBC engine and pooled processor replay the same events into the same tables, row by row. Its
 * settings are Axon's own, except the size of the batch and the serializer, which is ours (XStream would be slower).
 */
final class StockReplay {

    private static final String[] TABLES = {"transit.departure", "transit.departure_history"};

    private final HikariDataSource database;
    private final Serializer serializer = Jackson3Serializer.builder()
            .jsonMapperBuilderCustomizer(JsonShapes.INSTANCE)
            .build();
    private final SpringTransactionManager transactions;
    private final JdbcEventStorageEngine engine;
    private final SpringDataSourceConnectionProvider connections;

    /** Copies what our log holds into Axon's table, under the names that Axon gives. */
    StockReplay(HikariDataSource database) throws Exception {
        this.database = database;
        this.transactions = new SpringTransactionManager(new DataSourceTransactionManager(database));
        this.connections = new SpringDataSourceConnectionProvider(database);
        this.engine = JdbcEventStorageEngine.builder()
                .eventSerializer(serializer)
                .snapshotSerializer(serializer)
                .connectionProvider(connections)
                .transactionManager(transactions)
                .build();
        engine.createSchema(PostgresEventTableFactory.INSTANCE);
        tokens().createSchema(PostgresTokenTableFactory.INSTANCE);
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMP TABLE class_of (type text, name text)");
            for (RegisteredEvent event : ProjectionsNode.types().all()) {
                statement.addBatch("INSERT INTO class_of VALUES ('%s', '%s')"
                        .formatted(event.name(), event.type().getName()));
            }
            statement.executeBatch();
            statement.execute("""
                    INSERT INTO DomainEventEntry (eventIdentifier, metaData, payload, payloadRevision, payloadType, timeStamp,
                                                  aggregateIdentifier, sequenceNumber, type)
                    SELECT event_id, metadata, payload, NULL, c.name, to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                           stream_id, version, stream_type
                    FROM event_store.event e JOIN class_of c USING (type) ORDER BY position""");
            statement.execute("ANALYZE DomainEventEntry");
        }
    }

    private JdbcTokenStore tokens() {
        return JdbcTokenStore.builder()
                .connectionProvider(connections)
                .serializer(serializer)
                .build();
    }

    /** Empties the read model and replays for so long; events a second. */
    double rate(int batchSize, Duration duration) throws Exception {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE " + String.join(", ", TABLES));
            statement.execute("TRUNCATE TokenEntry");
        }
        Board board = new Board(new JdbcTemplate(database), JsonMapper.builder().build());
        Configuration axon = configuration(board, batchSize);
        axon.start();
        try {
            while (board.handled.get() == 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
            long from = board.handled.get();
            long started = System.nanoTime();
            while (System.nanoTime() - started < duration.toNanos()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
            return (board.handled.get() - from) / ((System.nanoTime() - started) / 1e9);
        } finally {
            axon.shutdown();
        }
    }

    /** What Axon's configuration makes of a handler: its own segments, threads and interceptors, and only the batch is set. */
    private Configuration configuration(Board board, int batchSize) {
        Configurer configurer = DefaultConfigurer.defaultConfiguration(false)
                .configureEventStore(
                        c -> EmbeddedEventStore.builder().storageEngine(engine).build())
                .configureSerializer(c -> serializer)
                .configureTransactionManager(c -> transactions);
        configurer
                .eventProcessing()
                .registerTokenStore(c -> tokens())
                .byDefaultAssignTo("stock")
                .registerEventHandler(c -> board)
                .registerPooledStreamingEventProcessor(
                        "stock",
                        Configuration::eventStore,
                        (c, builder) ->
                                builder.batchSize(batchSize).initialToken(StreamableMessageSource::createTailToken));
        return configurer.buildConfiguration();
    }

    /** The board as its users write it: a statement or two for each event. */
    static final class Board {

        private static final String PLAN = """
                INSERT INTO transit.departure (departure_id, station_id, line_id, line_label, mode, destination, planned_at,
                                               platform, details, source, ingestion_run_id, observed_at, version, position)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?) ON CONFLICT (departure_id) DO UPDATE
                SET version = EXCLUDED.version, planned_at = EXCLUDED.planned_at, observed_at = EXCLUDED.observed_at""";
        private static final String DELAY =
                "UPDATE transit.departure SET delay_seconds = ?, observed_at = ?, version = ? WHERE departure_id = ?";
        private static final String PLATFORM =
                "UPDATE transit.departure SET platform = ?, observed_at = ?, version = ? WHERE departure_id = ?";
        private static final String CANCEL =
                "UPDATE transit.departure SET cancelled = true, cancellation_reason = ?, observed_at = ?, version = ? WHERE departure_id = ?";
        private static final String HISTORY = """
                INSERT INTO transit.departure_history (departure_id, position, version, change, detail, observed_at, recorded_at)
                VALUES (?, ?, ?, ?, ?::jsonb, ?, ?) ON CONFLICT DO NOTHING""";

        private final JdbcTemplate jdbc;
        private final JsonMapper json;
        private final AtomicLong handled = new AtomicLong();

        Board(JdbcTemplate jdbc, JsonMapper json) {
            this.jdbc = jdbc;
            this.json = json;
        }

        @EventHandler
        void on(DepartureEvent event, @SequenceNumber long version, @Timestamp Instant recordedAt) {
            String id = event.departureId().value();
            OffsetDateTime observed = utc(event.observedAt());
            String change = switch (event) {
                case DeparturePlanned e -> {
                    jdbc.update(
                            PLAN,
                            id,
                            e.stationId().value(),
                            e.lineId().value(),
                            e.lineLabel(),
                            e.mode().name(),
                            e.destination(),
                            utc(e.plannedAt()),
                            e.platform(),
                            json.writeValueAsString(e.details()),
                            e.source(),
                            e.ingestionRunId() == null
                                    ? null
                                    : e.ingestionRunId().value(),
                            observed,
                            version,
                            version);
                    yield "planned";
                }
                case DepartureDelayed e -> {
                    jdbc.update(DELAY, e.delaySeconds(), observed, version, id);
                    yield "delayed";
                }
                case DepartureOnTime e -> {
                    jdbc.update(DELAY, 0, observed, version, id);
                    yield "on-time";
                }
                case DeparturePlatformChanged e -> {
                    jdbc.update(PLATFORM, e.platform(), observed, version, id);
                    yield "platform-changed";
                }
                case DepartureCancelled e -> {
                    jdbc.update(CANCEL, e.reason(), observed, version, id);
                    yield "cancelled";
                }
                default -> "other";
            };
            jdbc.update(
                    HISTORY,
                    id,
                    version,
                    version,
                    change,
                    json.writeValueAsString(detail(event)),
                    observed,
                    utc(recordedAt));
            handled.incrementAndGet();
        }

        private static Map<String, ?> detail(DepartureEvent event) {
            return switch (event) {
                case DeparturePlanned e ->
                    Map.of(
                            "stationId",
                            e.stationId().value(),
                            "lineId",
                            e.lineId().value(),
                            "lineLabel",
                            e.lineLabel(),
                            "mode",
                            e.mode().name(),
                            "destination",
                            e.destination(),
                            "plannedAt",
                            e.plannedAt().toString(),
                            "platform",
                            String.valueOf(e.platform()),
                            "details",
                            e.details(),
                            "source",
                            e.source());
                case DepartureDelayed e ->
                    Map.of(
                            "delaySeconds",
                            e.delaySeconds(),
                            "expectedAt",
                            e.expectedAt().toString());
                case DeparturePlatformChanged e ->
                    Map.of("platform", String.valueOf(e.platform()), "changed", e.changed());
                case DepartureCancelled e -> Map.of("reason", String.valueOf(e.reason()));
                default -> Map.of();
            };
        }

        private static OffsetDateTime utc(Instant instant) {
            return instant.atOffset(ZoneOffset.UTC);
        }
    }
}
