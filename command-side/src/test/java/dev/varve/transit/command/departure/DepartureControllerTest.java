package dev.varve.transit.command.departure;

import static dev.varve.transit.command.CommandApi.assertRejected;
import static dev.varve.transit.command.CommandApi.invalidFields;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.transit.command.CommandApi;
import dev.varve.transit.command.KnownThings;
import dev.varve.transit.command.LogInMemory;
import dev.varve.transit.command.station.RegisterStation;
import dev.varve.transit.events.DepartureEvent.DepartureDelayed;
import dev.varve.transit.events.StationId;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

class DepartureControllerTest {

    private static final StationId STATION = new StationId("de:09162:2");

    private final LogInMemory log = new LogInMemory();
    private final KnownThings known = log.knownThings();
    private final CommandApi api =
            new CommandApi(new DepartureController(log, known, Clock.fixed(Observations.AT, ZoneOffset.UTC)));

    @BeforeEach
    void a_station_is_known() {
        log.dispatch(new RegisterStation(STATION, "Marienplatz", "", 48, 11, List.of(), "Europe/Berlin"));
    }

    @Test
    void a_new_departure_registers_its_line_and_is_201() {
        assertThat(post(item("U3", "")))
                .hasStatus(201)
                .hasHeader("Location", "/api/v1/transit/departures?station=de%3A09162%3A2")
                .hasHeader("Varve-Position", "3")
                .bodyJson()
                .hasPathSatisfying(
                        "$.items[0].result", result -> assertThat(result).isEqualTo("recorded"))
                .hasPathSatisfying(
                        "$.items[0].position", position -> assertThat(position).isEqualTo(3))
                .hasPathSatisfying(
                        "$.items[0].departureId",
                        id -> assertThat(id).asString().hasSize(32));
        assertThat(log.events().stream().map(event -> event.getClass().getSimpleName()))
                .containsExactly("StationRegistered", "LineRegistered", "DeparturePlanned");
    }

    @Test
    void the_same_again_is_200_and_unchanged() {
        post(item("U3", ""));
        assertThat(post(item("U3", "")))
                .hasStatus(200)
                .bodyJson()
                .hasPathSatisfying(
                        "$.items[0].result", result -> assertThat(result).isEqualTo("unchanged"));
        assertThat(log.events()).hasSize(3);
    }

    @Test
    void a_departure_twice_in_one_request_keeps_its_order() {
        post(item("U3", ", \"delaySeconds\": 60"), item("U3", ", \"delaySeconds\": 120"));
        assertThat(log.events().getLast())
                .isInstanceOfSatisfying(
                        DepartureDelayed.class,
                        e -> assertThat(e.delaySeconds()).isEqualTo(120));
    }

    @Test
    void an_unknown_station_is_rejected() {
        assertRejected(api.post("/departures", body("de:unknown", item("U3", ""))), "station-unknown", "stationId");
        assertNothingWritten();
    }

    @Test
    void an_unknown_ingestion_run_is_rejected() {
        String body = """
                {"stationId": "de:09162:2", "ingestionRunId": "run-x", "items": [%s]}""".formatted(item("U3", ""));
        assertRejected(api.post("/departures", body), "ingestion-run-unknown", "ingestionRunId");
        assertNothingWritten();
    }

    @Test
    void one_bad_item_of_four_is_named_and_nothing_is_written() {
        assertThat(invalidFields(
                        post(item("U1", ""), item("U2", ""), item("U3", ""), item("U4", ", \"crowdingLevel\": 101"))))
                .containsExactly("items[3].crowdingLevel");
        assertRejected(
                post(item("U1", ""), item("U2", ", \"realtime\": true")),
                "departure-contradicts-itself",
                "items[1].delaySeconds");
        assertRejected(
                post(item("U1", ""), item("U2", ", \"cancellationReason\": \"Streik\"")),
                "departure-contradicts-itself",
                "items[1].cancellationReason");
        assertRejected(
                post(item("U1", ""), item("U1", ", \"operator\": \"DB\"")), "line-described-twice", "items[1].lineId");
        assertRejected(post(item("U1", ", \"headsign\": \"a\\u0000b\"")), "out-of-bounds", "items[0].headsign");
        assertNothingWritten();
    }

    @Test
    void absurd_times_and_ids_are_named() {
        String absurd = """
                {"lineId": "%s", "lineLabel": "", "mode": "UBAHN", "destination": "Moosach", \
                "plannedAt": "1899-01-01T00:00:00Z"}""".formatted("x".repeat(10_000));
        assertThat(invalidFields(post(absurd)))
                .containsExactly("items[0].lineId", "items[0].lineLabel", "items[0].plannedAt");
        assertNothingWritten();
    }

    @Test
    void no_items_are_no_request() {
        assertThat(invalidFields(post())).containsExactly("items");
    }

    private void assertNothingWritten() {
        assertThat(log.events()).hasSize(1);
    }

    private MvcTestResult post(String... items) {
        return api.post("/departures", body(STATION.value(), items));
    }

    private static String body(String station, String... items) {
        return "{\"stationId\": \"%s\", \"items\": [%s]}"
                .formatted(station, Stream.of(items).collect(Collectors.joining(",")));
    }

    private static String item(String line, String more) {
        return """
                {"lineId": "%1$s", "lineLabel": "%1$s", "mode": "UBAHN", "destination": "Moosach", \
                "plannedAt": "2026-05-20T11:28:00Z"%2$s}""".formatted(line, more);
    }
}
