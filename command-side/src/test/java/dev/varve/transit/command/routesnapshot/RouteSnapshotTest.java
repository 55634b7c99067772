package dev.varve.transit.command.routesnapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.varve.command.Outcome;
import dev.varve.command.Rejected;
import dev.varve.transit.events.ExternalStatus;
import dev.varve.transit.events.IngestionRunId;
import dev.varve.transit.events.RouteEnd;
import dev.varve.transit.events.RouteSnapshotEvent.RouteSnapshotRecorded;
import dev.varve.transit.events.RouteSnapshotId;
import dev.varve.transit.events.StationId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RouteSnapshotTest {

    private static final RouteEnd MARIENPLATZ = RouteEnd.station(new StationId("de:09162:2"));
    private static final RouteEnd ADDRESS = new RouteEnd(null, "Leopoldstraße 1", 48.15, 11.58);
    private static final Instant AT = Instant.parse("2026-05-20T11:00:00Z");

    private final AggregateTestFixture<RouteSnapshot> fixture = new AggregateTestFixture<>(RouteSnapshot.class);

    @Test
    void it_is_recorded_whole() {
        RecordRouteSnapshot command = snapshot(1, null);
        fixture.givenNoPriorActivity()
                .when(command)
                .expectEvents(recorded(command))
                .expectResultMessagePayload(Outcome.CREATED);
    }

    @Test
    void the_same_snapshot_again_writes_nothing_whichever_run_brings_it() {
        fixture.given(recorded(snapshot(1, null)))
                .when(snapshot(1, new IngestionRunId("run-2")))
                .expectNoEvents()
                .expectResultMessagePayload(Outcome.UNCHANGED);
    }

    @Test
    void another_content_under_the_same_id_is_rejected() {
        RecordRouteSnapshot first = snapshot(1, null);
        RecordRouteSnapshot other = new RecordRouteSnapshot(
                first.routeSnapshotId(), ADDRESS, MARIENPLATZ, Map.of(), List.of(), ExternalStatus.SUCCESS, AT, null);
        fixture.given(recorded(first)).when(other).expectException(Rejected.class);
    }

    @Test
    void its_id_comes_from_its_content() {
        assertThat(snapshot(1, null).routeSnapshotId())
                .isEqualTo(snapshot(1, new IngestionRunId("run-2")).routeSnapshotId())
                .isNotEqualTo(snapshot(2, null).routeSnapshotId());
    }

    @Test
    void an_end_without_a_station_needs_coordinates() {
        assertRejected("origin", new RouteEnd(null, "nowhere", null, null));
        assertRejected("origin", new RouteEnd(null, "nowhere", 48.0, null));
        assertRejected("origin.latitude", new RouteEnd(null, "nowhere", 91.0, 11.0));
        assertRejected("origin.stationId", RouteEnd.station(new StationId("x".repeat(10_000))));
    }

    private static void assertRejected(String field, RouteEnd origin) {
        assertThatExceptionOfType(Rejected.class)
                .isThrownBy(() -> RecordRouteSnapshot.of(
                        origin, MARIENPLATZ, Map.of(), List.of(), ExternalStatus.SUCCESS, AT, null))
                .returns(field, Rejected::field);
    }

    private static RecordRouteSnapshot snapshot(int uniqueId, @Nullable IngestionRunId run) {
        Map<String, @Nullable Object> itinerary = Map.of("uniqueId", uniqueId, "parts", List.of());
        return RecordRouteSnapshot.of(
                ADDRESS,
                MARIENPLATZ,
                Map.of("transportTypes", "UBAHN"),
                List.of(itinerary),
                ExternalStatus.SUCCESS,
                AT,
                run);
    }

    private static RouteSnapshotRecorded recorded(RecordRouteSnapshot command) {
        return new RouteSnapshotRecorded(
                new RouteSnapshotId(command.routeSnapshotId().value()),
                command.origin(),
                command.destination(),
                command.filters(),
                command.itineraries(),
                command.status(),
                command.requestedAt(),
                command.ingestionRunId());
    }
}
