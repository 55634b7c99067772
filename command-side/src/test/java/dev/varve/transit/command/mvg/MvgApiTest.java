package dev.varve.transit.command.mvg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.transit.command.mvg.Upstream.Answer;
import dev.varve.transit.events.ExternalStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

class MvgApiTest {

    private static final String CACHE = MvgController.CACHE_STATUS;
    private static final String DEPARTURES = "/api/v1/mvg/departures?station=" + Recorded.STATION;

    private final Upstream mvg = new Upstream().withEverything();
    private final MvgRig rig = new MvgRig(Settings.mvg(mvg.apiUrl()));

    @AfterEach
    void stop() {
        rig.close();
        mvg.close();
    }

    private MvcTestResult get(String uri, Object... variables) {
        return rig.http.get().uri(uri, variables).exchange();
    }

    private static void assertCache(MvcTestResult result, int status, String cacheStatus) {
        assertThat(result).hasStatus(status);
        if (cacheStatus == null) {
            assertThat(result).doesNotContainHeader(CACHE);
        } else {
            assertThat(result).hasHeader(CACHE, cacheStatus);
        }
    }

    private void assertInvalid(String uri, String field) {
        MvcTestResult result = get(uri);
        assertThat(result)
                .hasStatus(422)
                .bodyJson()
                .extractingPath("$.type")
                .isEqualTo("/problems/transit/mvg-invalid-parameter");
        assertThat(result).bodyJson().extractingPath("$.detail").asString().contains(field);
        assertThat(mvg.requests()).isEmpty();
    }

    private void breakDown() {
        mvg.on(Upstream.API + "/departures", Answer.error(500));
    }

    @Nested
    class CacheStatusOfTheTable {

        @Test
        void miss_then_hit() {
            assertCache(get(DEPARTURES), 200, "miss");
            assertCache(get(DEPARTURES), 200, "hit");
            assertThat(mvg.requestsTo(Upstream.API + "/departures")).isOne();
        }

        @Test
        void stale_refresh_while_the_background_fetches() {
            get(DEPARTURES);
            rig.ticker.advance(Duration.ofSeconds(30));

            assertCache(get(DEPARTURES), 200, "stale-refresh");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertCache(get(DEPARTURES), 200, "hit"));
            assertThat(mvg.requestsTo(Upstream.API + "/departures")).isEqualTo(2);
        }

        @Test
        void stale_after_an_upstream_error() throws Exception {
            CountDownLatch gate = new CountDownLatch(1);
            mvg.on(Upstream.API + "/departures", Answer.error(500).after(gate));
            try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<MvcTestResult> late = callers.submit(() -> get(DEPARTURES));
                mvg.awaitRequestTo(Upstream.API + "/departures");
                rig.ticker.advance(Duration.ofSeconds(5));
                mvg.withEverything();
                assertCache(get(DEPARTURES), 200, "miss");
                rig.ticker.advance(Duration.ofSeconds(31));
                gate.countDown();

                assertCache(late.get(10, TimeUnit.SECONDS), 200, "stale");
            }
        }

        @Test
        void hit_on_a_cached_not_found_and_nothing_on_an_uncached_one() {
            mvg.on(Upstream.API + "/locations", Answer.ok("[]"));

            assertCache(get("/api/v1/mvg/departures?station=Nirgendwo"), 404, null);
            assertCache(get("/api/v1/mvg/departures?station=Nirgendwo"), 404, "hit");
        }

        @Test
        void nothing_on_an_upstream_error() {
            breakDown();

            MvcTestResult result = get(DEPARTURES);
            assertCache(result, 502, null);
            assertThat(result).bodyJson().extractingPath("$.detail").isEqualTo("MVG answered departures with 500");
        }

        @Test
        void nothing_on_a_lock_time_out() throws Exception {
            CountDownLatch gate = new CountDownLatch(1);
            mvg.on(
                    Upstream.API + "/departures",
                    Answer.ok(Recorded.list(Recorded.BUS)).after(gate));
            MvgSettings defaults = Settings.mvg(mvg.apiUrl());
            MvgSettings impatient = new MvgSettings(
                    defaults.baseUrl(),
                    "",
                    defaults.userAgent(),
                    defaults.connectTimeout(),
                    defaults.requestTimeout(),
                    defaults.maxAnswerSize(),
                    0,
                    Settings.cache(Duration.ofMillis(20)),
                    defaults.recording());
            try (MvgRig other = new MvgRig(impatient);
                    ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<MvcTestResult> leader =
                        callers.submit(() -> other.http.get().uri(DEPARTURES).exchange());
                mvg.awaitRequestTo(Upstream.API + "/departures");

                MvcTestResult waiter = other.http.get().uri(DEPARTURES).exchange();
                assertCache(waiter, 503, null);
                assertThat(waiter).hasHeader("Retry-After", "1");
                gate.countDown();
                assertCache(leader.get(10, TimeUnit.SECONDS), 200, "miss");
            }
        }

        @Test
        void a_hundred_callers_at_once_are_one_request_to_MVG() throws Exception {
            CountDownLatch gate = new CountDownLatch(1);
            mvg.on(
                    Upstream.API + "/departures",
                    Answer.ok(Recorded.list(Recorded.BUS)).after(gate));
            try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Callable<MvcTestResult>> calls = new ArrayList<>();
                List<Future<MvcTestResult>> results = new ArrayList<>();
                results.add(callers.submit(() -> get(DEPARTURES)));
                mvg.awaitRequestTo(Upstream.API + "/departures");
                for (int i = 0; i < 99; i++) {
                    calls.add(() -> get(DEPARTURES));
                }
                for (Callable<MvcTestResult> call : calls) {
                    results.add(callers.submit(call));
                }
                gate.countDown();
                for (Future<MvcTestResult> result : results) {
                    assertThat(result.get(10, TimeUnit.SECONDS)).hasStatusOk();
                }
            }
            assertThat(mvg.requestsTo(Upstream.API + "/departures")).isOne();
            assertThat(rig.observations).hasSize(1);
        }
    }

    @Nested
    class Departures {

        @Test
        void are_what_the_predecessor_answered() {
            assertThat(get(DEPARTURES)).hasStatusOk().bodyJson().isStrictlyEqualTo("""
                            {"station":{"id":"de:09162:9001","name":"Musterplatz","place":"Musterstadt",
                              "latitude":48.1,"longitude":11.5},
                             "departures":[
                              {"planned_time":"2026-05-20T11:16:00Z","realtime_time":"2026-05-20T11:18:10Z",
                               "delay_minutes":2,"platform":null,"realtime":true,"line":"132",
                               "destination":"Musterplatz","transport_type":"Bus","icon":"mdi:bus",
                               "cancelled":false,"messages":[]},
                              {"planned_time":"2026-05-20T11:28:00Z","realtime_time":"2026-05-20T11:28:00Z",
                               "delay_minutes":0,"platform":"1","realtime":false,"line":"S5",
                               "destination":"Endstation","transport_type":"S-Bahn","icon":"mdi:subway-variant",
                               "cancelled":true,"messages":["Fällt aus"]}],
                             "partial":false}""");
            assertThat(mvg.requests())
                    .containsExactly(
                            Upstream.DUMP + "/stations/de:09162:9001",
                            Upstream.API + "/departures?globalId=de:09162:9001&limit=10&offsetInMinutes=0");
            assertThat(mvg.lastUserAgent()).isEqualTo("Varve/test");
        }

        @Test
        void of_a_name_are_those_of_the_first_station_that_matches() {
            assertCache(get("/api/v1/mvg/departures?station={name}", "Musterplatz & {Co} +1"), 200, "miss");
            assertThat(mvg.requests().getFirst())
                    .isEqualTo(Upstream.API + "/locations?query=Musterplatz & {Co} +1&locationTypes=STATION");
            assertCache(get("/api/v1/mvg/departures?station={name}", "MUSTERPLATZ & {co} +1"), 200, "hit");
        }

        @Test
        void of_an_id_that_the_dump_does_not_know_are_searched_for() {
            mvg.on(Upstream.DUMP + "/stations/" + Recorded.STATION, Answer.error(404));
            assertCache(get(DEPARTURES), 200, "miss");

            assertCache(get("/api/v1/mvg/departures?station=de:09162:404"), 404, null);
        }

        @Test
        void of_several_types_are_merged_by_planned_time_and_then_limited() {
            mvg.on(
                    Upstream.API + "/departures",
                    query -> query.contains("transportTypes=BUS")
                            ? Answer.ok(
                                    Recorded.list(Recorded.BUS.replace("1779275760000", "1779280000000"), Recorded.BUS))
                            : Answer.ok(Recorded.list(Recorded.CANCELLED)));

            MvcTestResult result =
                    get(DEPARTURES + "&transport_type=S-Bahn&transport_type=bus&transport_type=BUS&limit=2&offset=7");

            assertThat(result)
                    .bodyJson()
                    .extractingPath("$.departures[*].planned_time")
                    .asArray()
                    .containsExactly("2026-05-20T11:16:00Z", "2026-05-20T11:28:00Z");
            assertThat(mvg.requests())
                    .filteredOn(request -> request.contains("/departures"))
                    .containsExactlyInAnyOrder(
                            Upstream.API
                                    + "/departures?globalId=de:09162:9001&limit=2&offsetInMinutes=7&transportTypes=BUS",
                            Upstream.API
                                    + "/departures?globalId=de:09162:9001&limit=2&offsetInMinutes=7&transportTypes=SBAHN");
            assertCache(get(DEPARTURES + "&transport_type=BUS&transport_type=SBAHN&limit=2&offset=7"), 200, "hit");
        }

        @Test
        void of_several_types_say_when_one_of_them_is_missing() {
            mvg.on(
                    Upstream.API + "/departures",
                    query -> query.contains("BUS") ? Answer.ok(Recorded.list(Recorded.BUS)) : Answer.error(500));

            MvcTestResult result = get(DEPARTURES + "&transport_type=UBAHN&transport_type=BUS");

            assertCache(result, 200, "miss");
            assertThat(result).bodyJson().extractingPath("$.partial").isEqualTo(true);
            assertThat(result)
                    .bodyJson()
                    .extractingPath("$.departures")
                    .asArray()
                    .hasSize(1);
            assertThat(rig.registry
                            .get("bahnvision.mvg.transport.requests")
                            .tags("endpoint", "departures", "transport_type", "UBAHN", "result", "error")
                            .counter()
                            .count())
                    .isOne();
        }

        @Test
        void of_several_types_are_an_error_when_all_of_them_fail() {
            breakDown();

            assertCache(get(DEPARTURES + "&transport_type=UBAHN&transport_type=BUS"), 502, null);
        }

        @Test
        void from_a_time_are_asked_for_with_the_minutes_until_then() {
            assertCache(get(DEPARTURES + "&from=2026-05-20T11:30:30Z&window_minutes=30"), 200, "miss");
            assertThat(mvg.requests().getLast()).contains("offsetInMinutes=30");
            assertCache(get(DEPARTURES + "&offset=30"), 200, "hit");
            assertCache(get(DEPARTURES + "&from=2020-01-01T00:00:00"), 200, "miss");
            assertThat(mvg.requests().getLast()).contains("offsetInMinutes=0");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "&limit=0",
                    "&limit=41",
                    "&limit=ten",
                    "&offset=-1",
                    "&offset=241",
                    "&window_minutes=0",
                    "&window_minutes=241",
                    "&from=yesterday",
                    "&from=2026-05-20T16:00:00Z"
                })
        void with_a_bad_parameter_are_a_422_that_names_it(String parameter) {
            assertInvalid(DEPARTURES + parameter, parameter.substring(1, parameter.indexOf('=')));
        }

        @Test
        void with_from_and_offset_or_an_unknown_type_or_no_station_are_a_422() {
            assertInvalid(DEPARTURES + "&from=2026-05-20T11:30:00Z&offset=5", "offset");
            assertInvalid(DEPARTURES + "&transport_type=BUS&transport_type=rocket", "rocket");
            assertInvalid("/api/v1/mvg/departures", "station");
            assertInvalid("/api/v1/mvg/departures?station=", "station");
            assertInvalid("/api/v1/mvg/departures?station=" + "x".repeat(10_000), "station");
        }

        @Test
        void are_handed_over_to_be_recorded_after_each_fresh_answer_and_only_then() {
            get(DEPARTURES);
            get(DEPARTURES);

            assertThat(rig.observations).singleElement().isInstanceOfSatisfying(MvgObservation.Departures.class, o -> {
                assertThat(o.station().id()).isEqualTo(Recorded.STATION);
                assertThat(o.items().read()).hasSize(2);
                assertThat(o.observedAt()).isEqualTo(MvgRig.NOW);
            });
        }
    }

    @Nested
    class Routes {

        private static final String PLAN = "/api/v1/mvg/routes/plan?origin=de:09162:9001&destination=Musterplatz";

        @Test
        void really_work() {
            MvcTestResult result = get(PLAN);

            assertCache(result, 200, "miss");
            assertThat(result)
                    .bodyJson()
                    .extractingPath("$.plans[0]")
                    .asMap()
                    .containsEntry("duration_minutes", 17)
                    .containsEntry("transfers", 0);
            assertThat(result)
                    .bodyJson()
                    .extractingPath("$.plans[0].legs[0].origin")
                    .asMap()
                    .containsEntry("id", "de:09162:9001")
                    .containsEntry("planned_time", "2026-05-20T11:19:00Z")
                    .containsEntry("realtime_time", "2026-05-20T11:22:00Z")
                    .containsEntry("platform", "2")
                    .containsEntry("delay_minutes", 3)
                    .containsEntry("messages", List.of("Bauarbeiten", "Aufzug defekt"));
            assertThat(result)
                    .bodyJson()
                    .extractingPath("$.plans[0].legs[0].destination.delay_minutes")
                    .isEqualTo(0);
            assertThat(result)
                    .bodyJson()
                    .extractingPath("$.plans[0].legs[1]")
                    .asMap()
                    .containsEntry("transport_type", "PEDESTRIAN")
                    .containsEntry("distance_meters", 303);
            assertThat(result)
                    .bodyJson()
                    .extractingPath("$.plans[0].arrival.id")
                    .isNull();
            assertCache(get(PLAN), 200, "hit");
        }

        @Test
        void of_other_ends_whose_words_together_are_the_same_are_not_mixed_up() {
            get(PLAN);

            assertCache(get("/api/v1/mvg/routes/plan?origin=de&destination=09162:9001:Musterplatz"), 200, "miss");
            assertCache(get(PLAN), 200, "hit");
        }

        @Test
        void at_a_time_ask_MVG_in_UTC() {
            get(PLAN + "&departure_time={at}&transport_type=U-Bahn&transport_type=bus", "2026-05-20T13:19:00+02:00");
            assertThat(mvg.requests().getLast())
                    .isEqualTo(Upstream.API + "/routes?originStationGlobalId=de:09162:9001"
                            + "&destinationStationGlobalId=de:09162:9001&routingDateTime=2026-05-20T11:19:00Z"
                            + "&routingDateTimeIsArrival=false&transportTypes=BUS,UBAHN");
            get(PLAN + "&arrival_time=2026-05-20T13:19:00Z");
            assertThat(mvg.requests().getLast())
                    .contains("routingDateTime=2026-05-20T13:19:00Z&routingDateTimeIsArrival=true");
        }

        @Test
        void from_an_address_to_coordinates_work_and_are_recorded() {
            mvg.on(
                    Upstream.API + "/locations",
                    query -> query.contains("locationTypes") ? Answer.ok("[]") : Answer.ok("""
                                    [{"latitude":48.11,"longitude":11.51,"place":"Musterstadt","name":"Musterplatz 8",
                                      "type":"ADDRESS"}]"""));

            MvcTestResult result = get("/api/v1/mvg/routes/plan?origin=Musterplatz 8&destination={d}", "48.2,11.6");

            assertCache(result, 200, "miss");
            assertThat(result).bodyJson().extractingPath("$.origin.id").isEqualTo("48.11,11.51");
            assertThat(mvg.requests().getLast())
                    .isEqualTo(Upstream.API + "/routes?originLatitude=48.11&originLongitude=11.51"
                            + "&destinationLatitude=48.2&destinationLongitude=11.6");
            assertThat(rig.observations).singleElement().isInstanceOfSatisfying(MvgObservation.Route.class, o -> {
                assertThat(MvgCommands.routeEnd(o.origin()).stationId()).isNull();
                assertThat(o.status()).isEqualTo(ExternalStatus.SUCCESS);
            });
        }

        @Test
        void that_do_not_exist_are_a_404_and_recorded_as_not_found() {
            mvg.on(Upstream.API + "/routes", Answer.ok("[]"));

            assertCache(get(PLAN), 404, null);
            assertCache(get(PLAN), 404, "hit");
            assertThat(rig.observations)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            MvgObservation.Route.class,
                            o -> assertThat(o.status()).isEqualTo(ExternalStatus.NOT_FOUND));
        }

        @Test
        void with_an_unknown_end_are_a_404_and_with_both_times_a_422() {
            mvg.on(Upstream.API + "/locations", Answer.ok("[]"));
            assertCache(get("/api/v1/mvg/routes/plan?origin=de:09162:9001&destination=Nirgendwo"), 404, null);

            assertThat(get(PLAN + "&departure_time=2026-05-20T11:00:00Z&arrival_time=2026-05-20T12:00:00Z"))
                    .hasStatus(422);
            assertThat(get("/api/v1/mvg/routes/plan?origin=a")).hasStatus(422);
            assertThat(get(PLAN + "&arrival_time=soon")).hasStatus(422);
        }
    }

    @Nested
    class Stations {

        @Test
        void are_found_without_addresses_and_recorded() {
            MvcTestResult result = get("/api/v1/mvg/stations/search?query=Muster");

            assertCache(result, 200, "miss");
            assertThat(result).bodyJson().isStrictlyEqualTo("""
                            {"query":"Muster","results":[{"id":"de:09162:9001","name":"Musterplatz",
                              "place":"Musterstadt","latitude":48.1,"longitude":11.5}]}""");
            assertThat(rig.observations).singleElement().isInstanceOf(MvgObservation.Stations.class);
        }

        @Test
        void are_listed_for_a_day() {
            assertCache(get("/api/v1/mvg/stations/list"), 200, "miss");
            rig.ticker.advance(Duration.ofHours(23));
            assertCache(get("/api/v1/mvg/stations/list"), 200, "hit");
            assertThat(get("/api/v1/mvg/stations/list")).bodyJson().isStrictlyEqualTo("""
                            [{"id":"de:09162:9001","name":"Musterplatz","place":"Musterstadt",
                              "latitude":48.1,"longitude":11.5}]""");
        }

        @Test
        void that_match_nothing_are_a_404_and_with_a_bad_limit_a_422() {
            mvg.on(Upstream.API + "/locations", Answer.ok("[]"));
            assertCache(get("/api/v1/mvg/stations/search?query=xyz"), 404, null);
            assertCache(get("/api/v1/mvg/stations/search?query=xyz"), 404, "hit");
            assertThat(get("/api/v1/mvg/stations/search?query=xyz&limit=21")).hasStatus(422);
            assertThat(get("/api/v1/mvg/stations/search")).hasStatus(422);
        }
    }

    @Test
    void switched_off_it_says_so_and_names_the_setting() {
        try (MvgRig off = new MvgRig(Settings.mvg(""))) {
            MvcTestResult result = off.http.get().uri(DEPARTURES).exchange();
            assertCache(result, 503, null);
            assertThat(result).bodyJson().extractingPath("$.detail").asString().contains("varve.transit.mvg.base-url");
        }
    }

    @Test
    void a_limit_of_requests_answers_429_until_the_minute_is_over() {
        MvgSettings defaults = Settings.mvg(mvg.apiUrl());
        MvgSettings limited = new MvgSettings(
                defaults.baseUrl(),
                "",
                defaults.userAgent(),
                defaults.connectTimeout(),
                defaults.requestTimeout(),
                defaults.maxAnswerSize(),
                2,
                defaults.cache(),
                defaults.recording());
        try (MvgRig other = new MvgRig(limited)) {
            other.http.get().uri(DEPARTURES).exchange();
            other.http.get().uri(DEPARTURES).exchange();
            MvcTestResult third = other.http.get().uri(DEPARTURES).exchange();
            assertThat(third).hasStatus(429).hasHeader("Retry-After", "60");
            other.ticker.advance(Duration.ofSeconds(60));
            assertThat(other.http.get().uri(DEPARTURES).exchange()).hasStatusOk();
        }
    }

    @Test
    void lookups_and_routes_are_metered_as_the_predecessor_did() {
        get("/api/v1/mvg/routes/plan?origin=de:09162:9001&destination=Musterplatz");

        assertThat(requestsMetered("station_lookup")).isEqualTo(2);
        assertThat(requestsMetered("route_lookup")).isEqualTo(1);
    }

    private double requestsMetered(String endpoint) {
        return rig.registry
                .get("bahnvision.mvg.requests")
                .tags("endpoint", endpoint, "result", "success")
                .counter()
                .count();
    }
}
