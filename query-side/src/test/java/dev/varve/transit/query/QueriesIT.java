package dev.varve.transit.query;

import static dev.varve.transit.query.Events.NOON;
import static dev.varve.transit.query.Events.departure;
import static dev.varve.transit.query.Events.line;
import static dev.varve.transit.query.Events.station;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.query.NotFound;
import dev.varve.testkit.TestDatabase;
import dev.varve.transit.events.DepartureEvent.DepartureCancelled;
import dev.varve.transit.events.DepartureEvent.DepartureDelayed;
import dev.varve.transit.events.DepartureEvent.DepartureRemarksChanged;
import dev.varve.transit.events.DepartureId;
import dev.varve.transit.events.ExternalStatus;
import dev.varve.transit.events.IngestionCounts;
import dev.varve.transit.events.IngestionEvent.IngestionFailed;
import dev.varve.transit.events.IngestionEvent.IngestionRetried;
import dev.varve.transit.events.IngestionEvent.IngestionStarted;
import dev.varve.transit.events.IngestionEvent.IngestionSucceeded;
import dev.varve.transit.events.IngestionRejection;
import dev.varve.transit.events.IngestionRunId;
import dev.varve.transit.events.IngestionSource;
import dev.varve.transit.events.LineEvent.LineChanged;
import dev.varve.transit.events.LineId;
import dev.varve.transit.events.Remark;
import dev.varve.transit.events.RouteEnd;
import dev.varve.transit.events.RouteSnapshotEvent.RouteSnapshotRecorded;
import dev.varve.transit.events.RouteSnapshotId;
import dev.varve.transit.events.StationEvent.StationChanged;
import dev.varve.transit.events.StationId;
import dev.varve.transit.events.TransportMode;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.MethodParameter;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;

/** Every query of transit over HTTP, from events that went through the log. */
class QueriesIT {

    private static TransitReadModels models;

    @BeforeAll
    static void start() {
        models = TransitReadModels.start(TestDatabase.migrated());
    }

    @AfterAll
    static void stop() {
        models.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/stations?limit=0, limit",
        "/stations?limit=201, limit",
        "/stations?limit=many, limit",
        "/stations?offset=-1, offset",
        "/stations?offset=1000001, offset",
        "/stations?query=, query",
        "/stations?query=a%00b, query",
        "/stations/a%00b, id",
        "/lines?limit=0, limit",
        "/lines?offset=99999999999, offset",
        "/departures?from=yesterday, from",
        "/departures?from=-1000000-01-01T00:00:00Z, from",
        "/departures?to=%2B99999-01-01T00:00:00Z, to",
        "/departures?mode=ROCKET, mode",
        "/departures?status=late, status",
        "/departures?station=a%00b, station",
        "/departures?line=a%07b, line",
        "/departures?limit=201, limit",
        "/departures/d/history?limit=1001, limit",
        "/route-snapshots?since=2026-05-20, since",
        "/route-snapshots?origin=a%00b, origin",
        "/route-snapshots?destination=, destination",
        "/ingestion-runs?job=a%00b, job",
        "/ingestion-runs?limit=-5, limit",
    })
    void a_parameter_that_cannot_be_is_refused_by_name(String query, String parameter) {
        MvcTestResult answer = get(query);

        assertThat(answer).hasStatus(400);
        assertThat(parameterOf(answer.getMvcResult().getResolvedException())).isEqualTo(parameter);
    }

    @Test
    void an_id_of_ten_thousand_characters_is_refused() {
        MvcTestResult answer = get("/stations/" + "x".repeat(10_000));

        assertThat(answer).hasStatus(400);
        assertThat(parameterOf(answer.getMvcResult().getResolvedException())).isEqualTo("id");
    }

    @ParameterizedTest
    @CsvSource({
        "/stations/none, unknown-station",
        "/lines/none, unknown-line",
        "/departures/none, unknown-departure",
        "/departures/none/history, unknown-departure",
        "/route-snapshots/none, unknown-route-snapshot",
        "/ingestion-runs/none, unknown-ingestion-run",
    })
    void what_is_not_there_is_not_found(String query, String code) {
        assertThat(get(query).getUnresolvedException()).cause().isInstanceOfSatisfying(NotFound.class, e -> {
            assertThat(e.context()).isEqualTo("transit");
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.detail()).contains("none");
        });
    }

    @Nested
    class Stations {

        @Test
        void are_shown_as_they_are_described_now_with_version_and_position() {
            long position = models.show(
                    station("shown", "Marienplatz", "Muenchen"),
                    new StationChanged(
                            new StationId("shown"),
                            "Marienplatz",
                            "München",
                            48.2,
                            11.6,
                            List.of(TransportMode.SBAHN),
                            "Europe/Berlin"));

            MvcTestResult answer = get("/stations/shown");

            assertThat(answer)
                    .hasStatusOk()
                    .hasHeader("ETag", "\"1\"")
                    .hasHeader("Varve-Position", Long.toString(position))
                    .bodyJson()
                    .isStrictlyEqualTo("""
                            {"id": "shown", "name": "Marienplatz", "place": "München", "latitude": 48.2,
                             "longitude": 11.6, "modes": ["SBAHN"], "timezone": "Europe/Berlin", "version": 1,
                             "position": %d}""".formatted(position));
        }

        @Test
        void are_not_sent_again_to_who_has_them() {
            models.show(station("cached", "Marienplatz", "München"));

            MvcTestResult answer = models.http()
                    .get()
                    .uri("/api/v1/transit/stations/cached")
                    .header("If-None-Match", "\"0\"")
                    .exchange();

            assertThat(answer).hasStatus(304).hasHeader("ETag", "\"0\"").containsHeader("Varve-Position");
        }

        @ParameterizedTest
        @ValueSource(strings = {"Fröttmaning XQ", "frottmaning xq", "FRÖTTMANING  XQ", "ottmaning xq", "Großhesselohe"})
        void are_found_whatever_the_case_and_accents(String query) {
            models.show(station("froettmaning", "Fröttmaning XQ", "Grosshesselohe"));

            assertThat(ids("/stations?query=" + query)).containsExactly("froettmaning");
        }

        @Test
        void whose_name_begins_with_the_query_come_first() {
            models.show(
                    station("inside", "Am Zzyzx", "A"),
                    station("beginning", "Zzyzx", "B"),
                    station("elsewhere", "Other", "C"));

            assertThat(ids("/stations?query=zzyzx")).containsExactly("beginning", "inside");
        }

        @Test
        void are_searched_for_by_the_letters_given_and_not_by_patterns() {
            models.show(station("percent", "100% Qq_w", "A"), station("plain", "100 QqXw", "A"));

            assertThat(ids("/stations?query=0%25 qq_w")).containsExactly("percent");
        }
    }

    @Nested
    class Lines {

        @Test
        void are_shown_as_they_are_described_now() {
            long position = models.show(
                    line("shown:U3", "U3"),
                    new LineChanged(new LineId("shown:U3"), "U3", TransportMode.UBAHN, "mvg", "to Moosach", null));

            assertThat(get("/lines/shown:U3"))
                    .hasStatusOk()
                    .hasHeader("ETag", "\"1\"")
                    .hasHeader("Varve-Position", Long.toString(position))
                    .bodyJson()
                    .isStrictlyEqualTo("""
                            {"id": "shown:U3", "label": "U3", "mode": "UBAHN", "operator": "mvg",
                             "description": "to Moosach", "colorHex": null, "version": 1, "position": %d}""".formatted(position));
        }

        @Test
        void are_paged_by_label() {
            models.show(line("p3", "3"), line("p1", "1"), line("p2", "2"));

            MvcTestResult first = get("/lines?limit=2");

            assertThat(first).bodyJson().extractingPath("$.items[*].label").isEqualTo(List.of("1", "2"));
            assertThat(first).bodyJson().extractingPath("$.hasMore").isEqualTo(true);
            assertThat(get("/lines?limit=1&offset=2"))
                    .bodyJson()
                    .extractingPath("$.items[*].label")
                    .isEqualTo(List.of("3"));
        }
    }

    @Nested
    class Departures {

        @Test
        void are_found_by_each_of_their_sides() {
            Instant later = NOON.plusSeconds(600);
            models.show(
                    departure("side-1", "side", NOON),
                    departure("side-2", "side", later),
                    departure("side-3", "other-side", later),
                    new DepartureDelayed(new DepartureId("side-2"), 120, later.plusSeconds(120), NOON),
                    new DepartureCancelled(new DepartureId("side-3"), "Streik", NOON));

            assertThat(ids("/departures?station=side")).containsExactly("side-1", "side-2");
            assertThat(ids("/departures?station=side&from=" + later)).containsExactly("side-2");
            assertThat(ids("/departures?station=side&to=" + later)).containsExactly("side-1");
            assertThat(ids("/departures?station=side&status=delayed")).containsExactly("side-2");
            assertThat(ids("/departures?station=other-side&status=cancelled")).containsExactly("side-3");
            assertThat(ids("/departures?station=side&line=U3&mode=UBAHN")).hasSize(2);
            assertThat(ids("/departures?station=side&line=swm:U3")).hasSize(2);
            assertThat(ids("/departures?station=side&mode=BUS")).isEmpty();
            assertThat(ids("/departures?station=side&limit=1&offset=1")).containsExactly("side-2");
        }

        @Test
        void are_shown_whole_with_their_history() {
            String remark = "Bauarbeiten ".repeat(1_000);
            long position = models.show(
                    departure("whole", "whole", NOON),
                    new DepartureDelayed(new DepartureId("whole"), -60, NOON.minusSeconds(60), NOON),
                    new DepartureRemarksChanged(
                            new DepartureId("whole"), List.of(new Remark(remark, "INCIDENT", null)), NOON));

            MvcTestResult answer = get("/departures/whole");
            assertThat(answer).hasStatusOk().hasHeader("ETag", "\"2\"").hasHeader("Varve-Position", "" + position);
            assertThat(answer).bodyJson().extractingPath("$.status").isEqualTo("on_time");
            assertThat(answer).bodyJson().extractingPath("$.expectedAt").isEqualTo("2026-05-20T11:59:00Z");
            assertThat(answer).bodyJson().extractingPath("$.remarks[0].text").isEqualTo(remark);

            MvcTestResult history = get("/departures/whole/history");
            assertThat(history)
                    .bodyJson()
                    .extractingPath("$.items[*].change")
                    .isEqualTo(List.of("planned", "delayed", "remarks-changed"));
            assertThat(history)
                    .bodyJson()
                    .extractingPath("$.items[1].detail.delaySeconds")
                    .isEqualTo(-60);
            assertThat(get("/departures/whole/history?limit=1&offset=1"))
                    .bodyJson()
                    .extractingPath("$.items[*].change")
                    .isEqualTo(List.of("delayed"));
        }

        @Test
        void are_not_sent_again_to_who_has_them() {
            models.show(departure("cached-departure", "cached", NOON));

            assertThat(models.http()
                            .get()
                            .uri("/api/v1/transit/departures/cached-departure")
                            .header("If-None-Match", "\"0\""))
                    .hasStatus(304);
        }
    }

    @Nested
    class RouteSnapshots {

        @Test
        void keep_what_the_provider_said_and_come_newest_first() {
            Map<String, Object> itinerary = Map.of("uniqueId", 17L, "parts", List.of(Map.of("line", "U3")));
            models.show(
                    snapshot("old", RouteEnd.station(new StationId("from")), NOON, itinerary),
                    snapshot("new", RouteEnd.station(new StationId("from")), NOON.plusSeconds(60), itinerary),
                    snapshot("address", new RouteEnd(null, "Rathaus", 48.1, 11.5), NOON, itinerary));

            assertThat(ids("/route-snapshots?origin=from&destination=to")).containsExactly("new", "old");
            assertThat(ids("/route-snapshots?origin=from&since=" + NOON.plusSeconds(1)))
                    .containsExactly("new");
            assertThat(ids("/route-snapshots?origin=from&limit=1&offset=1")).containsExactly("old");

            MvcTestResult address = get("/route-snapshots/address");
            assertThat(address).hasStatusOk().hasHeader("ETag", "\"0\"").containsHeader("Varve-Position");
            assertThat(address).bodyJson().extractingPath("$.origin.name").isEqualTo("Rathaus");
            assertThat(address).bodyJson().extractingPath("$.origin.stationId").isEqualTo(null);
            assertThat(address).bodyJson().extractingPath("$.filters.maxWalk").isEqualTo("5");
            assertThat(address)
                    .bodyJson()
                    .extractingPath("$.itineraries[0].uniqueId")
                    .isEqualTo(17);
            assertThat(address)
                    .bodyJson()
                    .extractingPath("$.itineraries[0].parts[0].line")
                    .isEqualTo("U3");
        }

        private static RouteSnapshotRecorded snapshot(
                String id, RouteEnd origin, Instant requestedAt, Map<String, Object> itinerary) {
            return new RouteSnapshotRecorded(
                    new RouteSnapshotId(id),
                    origin,
                    RouteEnd.station(new StationId("to")),
                    Map.of("maxWalk", "5"),
                    List.of(itinerary),
                    ExternalStatus.SUCCESS,
                    requestedAt,
                    null);
        }
    }

    @Nested
    class IngestionRuns {

        private static final IngestionCounts COUNTS = new IngestionCounts(10, 7, 2, 1);

        @Test
        void go_through_their_states() {
            IngestionRunId id = new IngestionRunId("run");
            models.show(new IngestionStarted(
                    id, "gtfs:caltrain", IngestionSource.GTFS, Map.of("file", "caltrain.zip"), NOON));
            assertThat(get("/ingestion-runs/run"))
                    .bodyJson()
                    .extractingPath("$.status")
                    .isEqualTo("RUNNING");

            models.show(new IngestionFailed(id, COUNTS, List.of(), "cut off", NOON.plusSeconds(1)));
            assertThat(get("/ingestion-runs/run"))
                    .bodyJson()
                    .extractingPath("$.status")
                    .isEqualTo("FAILED");

            models.show(new IngestionRetried(id, NOON.plusSeconds(2)));
            assertThat(get("/ingestion-runs/run"))
                    .bodyJson()
                    .extractingPath("$.status")
                    .isEqualTo("RETRYING");

            models.show(new IngestionSucceeded(
                    id, COUNTS, List.of(new IngestionRejection("stops.txt", 7, "no name")), null, NOON.plusSeconds(3)));
            MvcTestResult run = get("/ingestion-runs/run");
            assertThat(run).hasHeader("ETag", "\"3\"").containsHeader("Varve-Position");
            assertThat(run).bodyJson().extractingPath("$.status").isEqualTo("SUCCESS");
            assertThat(run).bodyJson().extractingPath("$.retries").isEqualTo(1);
            assertThat(run).bodyJson().extractingPath("$.completedAt").isEqualTo("2026-05-20T12:00:03Z");
            assertThat(run).bodyJson().extractingPath("$.counts.recorded").isEqualTo(7);
            assertThat(run).bodyJson().extractingPath("$.context.file").isEqualTo("caltrain.zip");
            assertThat(run).bodyJson().extractingPath("$.rejections[0].line").isEqualTo(7);
        }

        @Test
        void come_newest_first_and_by_job() {
            models.show(
                    new IngestionStarted(new IngestionRunId("first"), "job", IngestionSource.GTFS, Map.of(), NOON),
                    new IngestionStarted(
                            new IngestionRunId("second"), "job", IngestionSource.GTFS, Map.of(), NOON.plusSeconds(1)));

            assertThat(ids("/ingestion-runs?job=job")).containsExactly("second", "first");
            assertThat(ids("/ingestion-runs?job=job&limit=1&offset=1")).containsExactly("first");
            assertThat(ids("/ingestion-runs?job=nobody")).isEmpty();
        }
    }

    private static MvcTestResult get(String query) {
        return models.http()
                .get()
                .uri(URI.create(URI.create("/api/v1/transit" + query.replace(" ", "%20"))
                        .toASCIIString()))
                .exchange();
    }

    private static List<String> ids(String query) {
        List<String> ids = new ArrayList<>();
        assertThat(get(query))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$.items[*].id")
                .asArray()
                .allSatisfy(id -> ids.add(String.valueOf(id)));
        return ids;
    }

    private static String parameterOf(Throwable refusal) {
        return switch (refusal) {
            case HandlerMethodValidationException e ->
                nameOf(e.getParameterValidationResults().getFirst().getMethodParameter());
            case MethodArgumentTypeMismatchException e -> e.getName();
            default -> throw new AssertionError("not a refusal of a parameter", refusal);
        };
    }

    private static String nameOf(MethodParameter parameter) {
        return parameter.getParameterName();
    }
}
