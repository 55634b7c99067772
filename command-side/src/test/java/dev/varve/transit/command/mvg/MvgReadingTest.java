package dev.varve.transit.command.mvg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.varve.transit.command.departure.Observation;
import dev.varve.transit.command.departure.ObserveDeparture;
import dev.varve.transit.events.DepartureDetails;
import dev.varve.transit.events.LineId;
import dev.varve.transit.events.Occupancy;
import dev.varve.transit.events.Remark;
import dev.varve.transit.events.StationId;
import dev.varve.transit.events.TransportMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MvgReadingTest {

    private static final Instant NOW = Instant.parse("2026-05-20T11:00:00Z");
    private static final StationId STATION = new StationId(Recorded.STATION);

    /** Real answers beside the repository; looked at where they are. */
    private static final Path REAL = Path.of("..", "..", "shared", "data", "mvg");

    private static ObserveDeparture command(String json) {
        return MvgCommands.observeDeparture(STATION, Recorded.departure(json), null, NOW);
    }

    @Nested
    class Departures {

        @Test
        void every_field_survives_into_the_command() {
            assertThat(command(Recorded.BUS))
                    .isEqualTo(ObserveDeparture.of(
                            STATION,
                            new LineId("swm:03132:G:H:016"),
                            "132",
                            TransportMode.BUS,
                            "Musterplatz",
                            Instant.ofEpochMilli(1779275760000L),
                            new Observation(
                                    new Observation.Realtime.Delay(130),
                                    null,
                                    new Observation.Operation.Runs(),
                                    List.of(),
                                    new Observation.Crowding(Occupancy.LOW, null),
                                    new DepartureDetails(
                                            "3670632",
                                            220,
                                            null,
                                            null,
                                            "swm",
                                            "",
                                            "03132",
                                            false,
                                            "de:09162:9001:4:4",
                                            4,
                                            "",
                                            "BUS"),
                                    "mvg",
                                    null,
                                    NOW)));
        }

        @Test
        void a_sparse_cancelled_one_keeps_platform_remarks_and_kinds() {
            Observation observation = command(Recorded.CANCELLED).observation();

            assertThat(observation.realtime()).isEqualTo(new Observation.Realtime.None());
            assertThat(observation.operation()).isEqualTo(new Observation.Operation.Cancelled(null));
            assertThat(observation.platform()).isEqualTo(new Observation.Platform("1", true));
            assertThat(observation.remarks())
                    .containsExactly(
                            Remark.of("Fällt aus"), new Remark("Fährt nur bis Mitte", "EARLY_TERMINATION", "unknown"));
        }

        @Test
        void without_a_line_id_the_same_line_gets_the_same_id_every_time() {
            assertThat(command(Recorded.CANCELLED).lineId()).isEqualTo(new LineId("mvg:ddb:92M05:S5"));
            String longLabel = Recorded.CANCELLED.replace("\"S5\"", "\"" + "S".repeat(200) + "\"");
            assertThat(command(longLabel).lineId().value()).hasSizeLessThanOrEqualTo(64);
            assertThat(command(longLabel).lineId()).isEqualTo(command(longLabel).lineId());
        }

        @ParameterizedTest
        @CsvSource({
            "UBAHN,UBAHN",
            "SBAHN,SBAHN",
            "TRAM,TRAM",
            "BUS,BUS",
            "REGIONAL_BUS,BUS",
            "BAHN,REGIONAL",
            "SCHIFF,FERRY",
            "RUFTAXI,ON_DEMAND",
            "SEV,BUS",
            "PEDESTRIAN,OTHER",
            "ZEPPELIN,OTHER"
        })
        void every_means_of_transport_has_a_mode_and_keeps_its_own_name(String type, TransportMode mode) {
            ObserveDeparture command =
                    command(Recorded.BUS.replace("\"transportType\":\"BUS\"", "\"transportType\":\"" + type + "\""));

            assertThat(command.mode()).isEqualTo(mode);
            assertThat(command.observation().details())
                    .extracting(DepartureDetails::transportType)
                    .isEqualTo(type);
        }

        @ParameterizedTest
        @ValueSource(strings = {"2", "\"2\""})
        void a_platform_is_a_number_or_a_text(String platform) {
            assertThat(command(Recorded.CANCELLED.replace("\"platform\":1", "\"platform\":" + platform))
                            .observation()
                            .platform())
                    .isEqualTo(new Observation.Platform("2", true));
        }

        @Test
        void a_remark_of_any_length_survives_whole() {
            String longText = "Umleitung ".repeat(5_000).strip();

            assertThat(command(Recorded.CANCELLED.replace("Fällt aus", longText))
                            .observation()
                            .remarks())
                    .contains(Remark.of(longText));
        }

        @Test
        void an_early_one_has_a_negative_delay_and_an_unknown_occupancy_is_unknown() {
            String early =
                    Recorded.BUS.replace("1779275890000", "1779275700000").replace("\"LOW\"", "\"STANDING_ROOM\"");

            assertThat(command(early).observation().realtime()).isEqualTo(new Observation.Realtime.Delay(-60));
            assertThat(command(early).observation().crowding())
                    .isEqualTo(new Observation.Crowding(Occupancy.UNKNOWN, null));
        }

        @Test
        void a_delay_without_a_time_counts_minutes() {
            String minutesOnly = Recorded.BUS.replace("\"realtimeDepartureTime\":1779275890000,", "");

            assertThat(command(minutesOnly).observation().realtime()).isEqualTo(new Observation.Realtime.Delay(120));
        }

        @Test
        void broken_ones_are_named_by_index_field_and_reason_and_the_others_are_read() {
            MvgJson.Items<MvgDeparture> items = MvgJson.items(
                    Recorded.nodes(Recorded.list(
                            Recorded.BUS,
                            "42",
                            Recorded.BUS.replace("\"label\":\"132\",", ""),
                            Recorded.BUS.replace("1779275760000", "1779275760"),
                            Recorded.BUS.replace("\"tripCode\":220", "\"tripCode\":99999999999"),
                            Recorded.BUS.replace("Musterplatz", "Muster\\u0000platz"))),
                    MvgDeparture::read);

            assertThat(items.read()).hasSize(1);
            assertThat(items.broken())
                    .extracting(MvgJson.Broken::index, MvgJson.Broken::reason)
                    .containsExactly(
                            tuple(1, "[1]: expected an object, found number"),
                            tuple(2, "[2].label: is missing or empty"),
                            tuple(
                                    3,
                                    "[3].plannedDepartureTime: 1970-01-21T14:14:35.760Z is not between the years 2000"
                                            + " and 2199"),
                            tuple(4, "[4].tripCode: expected a whole number of 32 bits, found 99999999999"),
                            tuple(5, "[5].destination: holds a NUL character or half of a surrogate pair"));
        }
    }

    @Nested
    class Routes {

        @Test
        void the_whole_answer_is_kept_with_what_nobody_knows_yet() {
            Map<String, Object> whole = Recorded.route(Recorded.ROUTE).whole();

            assertThat(whole)
                    .containsEntry("uniqueId", -1237819603061240L)
                    .containsEntry("distance", 5403.4)
                    .containsEntry("refreshId", "r1");
            assertThat(whole.get("somethingNew")).hasToString("{deep=[1, 2.5, null]}");
        }

        @Test
        void stations_on_the_way_are_known_each_once_and_an_address_is_none() {
            assertThat(MvgCommands.registerStations(List.of(Recorded.route(Recorded.ROUTE))))
                    .extracting(station -> station.stationId().value() + " " + station.name() + " " + station.modes())
                    .containsExactly(
                            "de:09162:9001 Musterplatz [UBAHN, BUS]",
                            "de:09162:9003 Mitte [UBAHN]",
                            "de:09162:9002 Nordtor [UBAHN]");
        }

        @Test
        void one_without_parts_or_with_a_NUL_somewhere_is_broken() {
            assertThatThrownBy(() -> Recorded.route("{\"uniqueId\":1}"))
                    .isInstanceOf(BrokenItem.class)
                    .hasMessage("[0].parts: is missing or empty");
            assertThatThrownBy(() -> Recorded.route(Recorded.ROUTE.replace("\"r1\"", "\"r\\uD800\"")))
                    .isInstanceOf(BrokenItem.class);
            assertThatThrownBy(() -> Recorded.route(Recorded.ROUTE.replace("\"r1\"", "\"r\\u0000\"")))
                    .isInstanceOf(BrokenItem.class)
                    .hasMessage("[0]: holds a NUL character or half of a surrogate pair");
        }
    }

    @Nested
    class Places {

        @Test
        void stations_have_an_id_and_addresses_and_points_of_interest_have_none() {
            assertThat(MvgJson.items(Recorded.nodes(Recorded.LOCATIONS), MvgPlace::readLocation)
                            .read())
                    .extracting(MvgPlace::reference)
                    .containsExactly("de:09162:9001", "48.11,11.51", "48.12,11.52");
        }

        @Test
        void a_station_of_the_dump_and_of_the_search_are_the_same_station() {
            MvgPlace searched = MvgPlace.readLocation(
                    new JsonItem("", Recorded.nodes(Recorded.LOCATIONS).getFirst()));
            MvgPlace dumped = MvgPlace.readStation(Recorded.item(Recorded.STATION_OF_DUMP));

            assertThat(MvgCommands.registerStation(searched)).isEqualTo(MvgCommands.registerStation(dumped));
        }
    }

    static boolean realAnswersAreThere() {
        return Files.isDirectory(REAL);
    }

    @Test
    @EnabledIf("realAnswersAreThere")
    void real_answers_are_read_without_a_broken_item() throws IOException {
        assertThat(real("departures_marienplatz.json", MvgDeparture::read)).isEqualTo(2);
        assertThat(real("routes_marienplatz_hauptbahnhof.json", MvgRoute::read)).isEqualTo(1);
        assertThat(real("locations_marienplatz.json", MvgPlace::readLocation)).isEqualTo(2);
    }

    private static int real(String file, Function<JsonItem, ?> reader) throws IOException {
        MvgJson.Items<?> items = MvgJson.items(Recorded.nodes(Files.readString(REAL.resolve(file))), reader);
        assertThat(items.broken()).isEmpty();
        return items.read().size();
    }
}
