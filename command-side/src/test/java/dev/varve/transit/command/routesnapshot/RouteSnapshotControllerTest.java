package dev.varve.transit.command.routesnapshot;

import static dev.varve.transit.command.CommandApi.assertRejected;
import static dev.varve.transit.command.CommandApi.invalidFields;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.transit.command.CommandApi;
import dev.varve.transit.command.LogInMemory;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

class RouteSnapshotControllerTest {

    private static final String ADDRESS = "{\"name\": \"Leopoldstraße 1\", \"latitude\": 48.15, \"longitude\": 11.58}";

    private final LogInMemory log = new LogInMemory();
    private final CommandApi api = new CommandApi(new RouteSnapshotController(
            log, log.knownThings(), Clock.fixed(Instant.parse("2026-05-20T11:00:00Z"), ZoneOffset.UTC)));

    @Test
    void a_route_between_two_addresses_is_recorded_once() {
        assertThat(post(ADDRESS, ADDRESS)).hasStatus(201).hasHeader("ETag", "\"0\"");
        assertThat(post(ADDRESS, ADDRESS))
                .hasStatus(200)
                .bodyJson()
                .extractingPath("$.result")
                .isEqualTo("unchanged");
        assertThat(log.events()).hasSize(1);
    }

    @Test
    void a_station_at_its_end_must_be_known() {
        assertRejected(post(ADDRESS, "{\"stationId\": \"de:unknown\"}"), "station-unknown", "destination.stationId");
        assertThat(log.events()).isEmpty();
    }

    @Test
    void an_end_is_a_station_or_has_coordinates() {
        assertRejected(post("{\"name\": \"nowhere\"}", ADDRESS), "out-of-bounds", "origin");
        assertThat(invalidFields(post("{\"latitude\": 91, \"longitude\": -181}", ADDRESS)))
                .containsExactly("origin.latitude", "origin.longitude");
        assertThat(log.events()).isEmpty();
    }

    private MvcTestResult post(String origin, String destination) {
        return api.post("/route-snapshots", """
                {"origin": %s, "destination": %s, "filters": {"transportTypes": "UBAHN"},
                 "itineraries": [{"uniqueId": -1237819603061240, "parts": [{"platform": null}]}]}""".formatted(origin, destination));
    }
}
