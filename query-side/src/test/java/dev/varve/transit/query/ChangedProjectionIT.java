package dev.varve.transit.query;

import static dev.varve.transit.query.Events.NOON;
import static dev.varve.transit.query.Events.departure;
import static dev.varve.transit.query.Events.station;
import static dev.varve.transit.query.generated.Tables.DEPARTURE;
import static dev.varve.transit.query.generated.Tables.STATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.eventstore.BulkWriter;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.Partitions;
import dev.varve.projection.Operator;
import dev.varve.projection.rebuild.ProjectionStates;
import dev.varve.projection.rebuild.Rebuild;
import dev.varve.projection.rebuild.RebuildRequest;
import dev.varve.projection.rebuild.Rebuilds;
import dev.varve.testkit.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.axonframework.serialization.SimpleSerializedType;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.axonframework.serialization.upcasting.event.IntermediateEventRepresentation;
import org.axonframework.serialization.upcasting.event.SingleEventUpcaster;
import org.jooq.DSLContext;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Rows that older code made, and events that older code recorded. */
class ChangedProjectionIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String STATIONS = "transit.stations";

    private final TestDatabase database = TestDatabase.migrated();

    @Test
    void rows_of_an_older_version_are_made_anew_beside_by_itself() {
        olderRows();

        try (TransitReadModels models = TransitReadModels.start(database, "varve.projection.on-change=rebuild")) {
            Rebuilds rebuilds = models.bean(Rebuilds.class);
            await().atMost(PATIENCE)
                    .until(() ->
                            rebuilds.newest(1).stream().anyMatch(rebuild -> rebuild.state() == Rebuild.State.SWITCHED));

            assertThat(rebuilds.newest(1)).singleElement().satisfies(rebuild -> {
                assertThat(rebuild.projections()).containsExactly(STATIONS);
                assertThat(rebuild.askedBy()).isEqualTo("varve");
            });
            assertThat(place(models.database())).isEqualTo("München");
            assertThat(changed(models)).isFalse();
        }
    }

    @Test
    void with_wait_they_are_served_and_new_events_applied_until_an_operator_rebuilds() {
        olderRows();

        try (TransitReadModels models = TransitReadModels.start(database, "varve.projection.on-change=wait")) {
            models.show(station("s2", "Sendlinger Tor", "München"));

            assertThat(place(models.database())).isEqualTo("as older code had it");
            assertThat(models.database().fetchCount(STATION)).isEqualTo(2);
            assertThat(changed(models)).isTrue();
            assertThat(models.bean(Rebuilds.class).newest(1)).isEmpty();

            rebuilt(models, STATIONS);
            assertThat(place(models.database())).isEqualTo("München");
            assertThat(changed(models)).isFalse();
        }
    }

    @Test
    void events_of_older_code_are_upcast_live_and_in_a_rebuild() throws SQLException {
        try (TransitReadModels models = TransitReadModels.startWith(OlderEvents.class, database)) {
            long planned = models.show(departure("d", "s", NOON));
            new BulkWriter(
                            database.dataSource(),
                            new Partitions(database.dataSource(), 1_000_000, 2),
                            BulkWriter.Versions.AS_GIVEN)
                    .append(List.of(late("d", 1, 7)));
            models.awaitPosition(planned + 1);
            assertThat(delay(models.database())).isEqualTo(420);
            models.database().update(DEPARTURE).set(DEPARTURE.DELAY_SECONDS, 1).execute();

            rebuilt(models, "transit.departures");

            assertThat(delay(models.database())).isEqualTo(420);
        }
    }

    /** One row by other code than today's. */
    private void olderRows() {
        try (TransitReadModels models = TransitReadModels.start(database)) {
            models.show(station("s1", "Marienplatz", "München"));
            models.database()
                    .update(STATION)
                    .set(STATION.PLACE, "as older code had it")
                    .execute();
            await().atMost(PATIENCE)
                    .until(() -> models.database()
                                    .execute("UPDATE projection.version SET version = 0 WHERE projection = ?", STATIONS)
                            == 1);
        }
    }

    private static void rebuilt(TransitReadModels models, String projection) {
        Rebuilds rebuilds = models.bean(Rebuilds.class);
        long id = rebuilds.start(RebuildRequest.of(projection), new Operator("test", null))
                .id();
        await().atMost(PATIENCE).until(() -> rebuilds.find(id).orElseThrow().state() == Rebuild.State.SWITCHED);
    }

    private static boolean changed(TransitReadModels models) {
        return models.bean(ProjectionStates.class).read().stream()
                .filter(state -> state.projection().equals(STATIONS))
                .findFirst()
                .orElseThrow()
                .changed();
    }

    private static String place(DSLContext rows) {
        return rows.select(STATION.PLACE)
                .from(STATION)
                .where(STATION.STATION_ID.eq("s1"))
                .fetchSingle()
                .value1();
    }

    private static Integer delay(DSLContext rows) {
        return rows.select(DEPARTURE.DELAY_SECONDS)
                .from(DEPARTURE)
                .fetchSingle()
                .value1();
    }

    private static NewEvent late(String departure, long version, int minutes) {
        return new NewEvent(
                "00000000-0000-4000-8000-000000000001",
                "Transit",
                departure,
                version,
                "transit.departure-late",
                "1",
                NOON,
                """
                {"departureId": "%s", "minutes": %d, "observedAt": "2026-05-20T10:00:00Z"}""".formatted(departure, minutes).getBytes(StandardCharsets.UTF_8),
                "{}".getBytes(StandardCharsets.UTF_8));
    }

    @Configuration(proxyBeanMethods = false)
    static class OlderEvents {

        @Bean
        EventUpcaster minutesBecomeSeconds() {
            return new MinutesBecomeSeconds();
        }
    }

    private static final class MinutesBecomeSeconds extends SingleEventUpcaster {

        @Override
        protected boolean canUpcast(IntermediateEventRepresentation event) {
            return event.getType().getName().equals("transit.departure-late");
        }

        @Override
        protected IntermediateEventRepresentation doUpcast(IntermediateEventRepresentation event) {
            return event.upcastPayload(
                    new SimpleSerializedType("transit.departure-delayed", "1"), JsonNode.class, json -> {
                        ObjectNode delayed = (ObjectNode) json;
                        delayed.put("delaySeconds", delayed.remove("minutes").asInt() * 60);
                        delayed.put("expectedAt", "2026-05-20T10:07:00Z");
                        return delayed;
                    });
        }
    }
}
