package dev.varve.transit.command.station;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.varve.command.Outcome;
import dev.varve.command.Rejected;
import dev.varve.transit.events.StationEvent.StationChanged;
import dev.varve.transit.events.StationEvent.StationRegistered;
import dev.varve.transit.events.StationId;
import dev.varve.transit.events.TransportMode;
import java.util.List;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StationTest {

    private static final StationId ID = new StationId("de:09162:2");
    private static final List<TransportMode> MODES = List.of(TransportMode.UBAHN, TransportMode.SBAHN);

    private final AggregateTestFixture<Station> fixture = new AggregateTestFixture<>(Station.class);

    @Test
    void an_unknown_station_becomes_known() {
        fixture.givenNoPriorActivity()
                .when(register("Marienplatz", MODES))
                .expectEvents(registered())
                .expectResultMessagePayload(Outcome.CREATED);
    }

    @Test
    void the_same_description_writes_nothing() {
        fixture.given(registered())
                .when(register("Marienplatz", MODES))
                .expectNoEvents()
                .expectResultMessagePayload(Outcome.UNCHANGED);
    }

    @Test
    void the_order_and_repetition_of_modes_says_nothing() {
        fixture.given(registered())
                .when(register("Marienplatz", List.of(TransportMode.SBAHN, TransportMode.UBAHN, TransportMode.SBAHN)))
                .expectNoEvents();
    }

    @Test
    void another_description_is_a_change() {
        fixture.given(registered())
                .when(register("Marienplatz (U, S)", MODES))
                .expectEvents(
                        new StationChanged(ID, "Marienplatz (U, S)", "München", 48.137, 11.575, MODES, "Europe/Berlin"))
                .expectResultMessagePayload(Outcome.CHANGED);
    }

    @Test
    void a_change_is_compared_with_the_last_description() {
        fixture.given(registered(), new StationChanged(ID, "Neu", "München", 48.137, 11.575, MODES, "Europe/Berlin"))
                .when(register("Neu", MODES))
                .expectNoEvents();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\u0000b", "a\u001fb", "a\nb"})
    void an_id_that_cannot_be_one_is_refused(String id) {
        assertRejected("stationId", () -> new RegisterStation(new StationId(id), "N", "", 0, 0, MODES, "UTC"));
    }

    @Test
    void an_id_is_at_most_64_characters_long() {
        new RegisterStation(new StationId("x".repeat(64)), "N", "", 0, 0, MODES, "UTC");
        assertRejected(
                "stationId", () -> new RegisterStation(new StationId("x".repeat(65)), "N", "", 0, 0, MODES, "UTC"));
    }

    @ParameterizedTest
    @CsvSource({"90.01,0,latitude", "-90.01,0,latitude", "NaN,0,latitude", "0,180.01,longitude", "0,NaN,longitude"})
    void a_position_off_the_globe_is_refused(double latitude, double longitude, String field) {
        assertRejected(field, () -> new RegisterStation(ID, "N", "", latitude, longitude, MODES, "UTC"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "+02:00", "Europe/Atlantis", "europe/berlin"})
    void a_time_zone_is_an_iana_name(String timezone) {
        assertRejected("timezone", () -> new RegisterStation(ID, "N", "", 0, 0, MODES, timezone));
    }

    private static void assertRejected(String field, Runnable make) {
        assertThatExceptionOfType(Rejected.class)
                .isThrownBy(make::run)
                .returns("transit", Rejected::context)
                .returns("out-of-bounds", Rejected::code)
                .returns(field, Rejected::field);
    }

    private static RegisterStation register(String name, List<TransportMode> modes) {
        return new RegisterStation(ID, name, "München", 48.137, 11.575, modes, "Europe/Berlin");
    }

    private static StationRegistered registered() {
        return new StationRegistered(ID, "Marienplatz", "München", 48.137, 11.575, MODES, "Europe/Berlin");
    }
}
