package dev.varve.transit.command.departure;

import static dev.varve.transit.command.departure.Observations.AT;
import static dev.varve.transit.command.departure.Observations.of;
import static dev.varve.transit.command.departure.Observations.silent;
import static dev.varve.transit.command.departure.Observations.trip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.varve.command.Outcome;
import dev.varve.command.Rejected;
import dev.varve.transit.command.departure.Observation.Crowding;
import dev.varve.transit.command.departure.Observation.Operation;
import dev.varve.transit.command.departure.Observation.Platform;
import dev.varve.transit.command.departure.Observation.Realtime;
import dev.varve.transit.events.DepartureDetails;
import dev.varve.transit.events.DepartureEvent.DepartureCancelled;
import dev.varve.transit.events.DepartureEvent.DepartureDelayed;
import dev.varve.transit.events.DepartureEvent.DepartureDestinationChanged;
import dev.varve.transit.events.DepartureEvent.DepartureDetailsChanged;
import dev.varve.transit.events.DepartureEvent.DepartureOccupancyChanged;
import dev.varve.transit.events.DepartureEvent.DepartureOnTime;
import dev.varve.transit.events.DepartureEvent.DeparturePlanned;
import dev.varve.transit.events.DepartureEvent.DeparturePlatformChanged;
import dev.varve.transit.events.DepartureEvent.DepartureRealtimeLost;
import dev.varve.transit.events.DepartureEvent.DepartureReinstated;
import dev.varve.transit.events.DepartureEvent.DepartureRemarksChanged;
import dev.varve.transit.events.DepartureId;
import dev.varve.transit.events.IngestionRunId;
import dev.varve.transit.events.LineId;
import dev.varve.transit.events.Occupancy;
import dev.varve.transit.events.Remark;
import dev.varve.transit.events.StationId;
import dev.varve.transit.events.TransportMode;
import java.time.Instant;
import java.util.List;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.TestExecutor;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DepartureTest {

    private static final StationId STATION = new StationId("de:09162:2");
    private static final LineId LINE = new LineId("ddb:92M05: :H:j26");
    private static final Instant PLANNED_AT = Instant.parse("2026-05-20T11:28:00Z");
    private static final DepartureId ID = DepartureId.of(STATION, LINE, "Kreuzstraße", PLANNED_AT);
    private static final Instant LATER = AT.plusSeconds(60);
    private static final Instant EARLIER = AT.minusSeconds(60);

    private final AggregateTestFixture<Departure> fixture = new AggregateTestFixture<>(Departure.class);

    @Nested
    class Seen_first {

        @Test
        void it_is_planned() {
            fixture.givenNoPriorActivity()
                    .when(observed(silent(AT)))
                    .expectEvents(planned(AT))
                    .expectResultMessagePayload(Outcome.CREATED);
        }

        @Test
        void all_that_is_said_of_it_becomes_facts_in_one_append() {
            List<Remark> remarks = List.of(new Remark("Fährt nur bis Aying", "EARLY_TERMINATION", "unknown"));
            fixture.givenNoPriorActivity()
                    .when(observed(new Observation(
                            new Realtime.Delay(120),
                            new Platform("1", true),
                            new Operation.Cancelled("Fällt aus"),
                            remarks,
                            new Crowding(Occupancy.HIGH, 80),
                            DepartureDetails.NONE,
                            "mvg",
                            new IngestionRunId("run-1"),
                            AT)))
                    .expectEvents(
                            new DeparturePlanned(
                                    ID,
                                    STATION,
                                    LINE,
                                    "S5",
                                    TransportMode.SBAHN,
                                    "Kreuzstraße",
                                    PLANNED_AT,
                                    "1",
                                    DepartureDetails.NONE,
                                    "mvg",
                                    new IngestionRunId("run-1"),
                                    AT),
                            delayed(120, AT),
                            new DeparturePlatformChanged(ID, "1", true, AT),
                            new DepartureCancelled(ID, "Fällt aus", AT),
                            new DepartureRemarksChanged(ID, remarks, AT),
                            new DepartureOccupancyChanged(ID, Occupancy.HIGH, 80, AT));
        }

        @Test
        void the_assumed_is_no_fact() {
            fixture.givenNoPriorActivity()
                    .when(observed(new Observation(
                            new Realtime.None(),
                            new Platform(null, false),
                            new Operation.Runs(),
                            List.of(),
                            new Crowding(Occupancy.UNKNOWN, null),
                            DepartureDetails.NONE,
                            "api",
                            null,
                            AT)))
                    .expectEvents(planned(AT));
        }
    }

    @Nested
    class Seen_again {

        @Test
        void without_a_change_it_writes_nothing() {
            given(delayed(120, AT))
                    .when(observed(of(new Realtime.Delay(120), LATER)))
                    .expectNoEvents()
                    .expectResultMessagePayload(Outcome.UNCHANGED);
        }

        @Test
        void a_silent_source_takes_nothing_back() {
            given(delayed(120, AT), new DepartureCancelled(ID, null, AT))
                    .when(observed(silent(LATER)))
                    .expectNoEvents();
        }

        @Test
        void several_changes_are_a_fact_each() {
            given(delayed(120, AT))
                    .when(observed(new Observation(
                            new Realtime.Delay(300),
                            new Platform("2", true),
                            null,
                            null,
                            null,
                            null,
                            "api",
                            null,
                            LATER)))
                    .expectEvents(delayed(300, LATER), new DeparturePlatformChanged(ID, "2", true, LATER))
                    .expectResultMessagePayload(Outcome.CHANGED);
        }

        @Test
        void a_delay_can_be_made_good() {
            given(delayed(120, AT))
                    .when(observed(of(new Realtime.Delay(0), LATER)))
                    .expectEvents(new DepartureOnTime(ID, LATER));
        }

        @Test
        void it_can_leave_early() {
            given().when(observed(of(new Realtime.Delay(-60), AT))).expectEvents(delayed(-60, AT));
        }

        @Test
        void real_time_data_can_be_lost() {
            given(new DepartureOnTime(ID, AT))
                    .when(observed(of(new Realtime.None(), LATER)))
                    .expectEvents(new DepartureRealtimeLost(ID, LATER));
        }

        @Test
        void a_platform_can_become_unknown() {
            given(new DeparturePlatformChanged(ID, "2", false, AT))
                    .when(observed(of(new Platform(null, false), LATER)))
                    .expectEvents(new DeparturePlatformChanged(ID, null, false, LATER));
        }

        @Test
        void a_cancelled_one_can_run_after_all() {
            given(new DepartureCancelled(ID, null, AT))
                    .when(observed(of(new Operation.Runs(), LATER)))
                    .expectEvents(new DepartureReinstated(ID, LATER));
        }

        @Test
        void a_reason_can_be_added_to_a_cancellation() {
            given(new DepartureCancelled(ID, null, AT))
                    .when(observed(of(new Operation.Cancelled("Streik"), LATER)))
                    .expectEvents(new DepartureCancelled(ID, "Streik", LATER));
        }

        @Test
        void a_cancellation_repeated_without_its_reason_writes_nothing() {
            given(new DepartureCancelled(ID, "Streik", AT))
                    .when(observed(of(new Operation.Cancelled(null), LATER)))
                    .expectNoEvents();
        }

        @Test
        void remarks_can_be_withdrawn() {
            given(new DepartureRemarksChanged(ID, List.of(Remark.of("Polizeieinsatz")), AT))
                    .when(observed(of(List.<Remark>of(), LATER)))
                    .expectEvents(new DepartureRemarksChanged(ID, List.of(), LATER));
        }

        @Test
        void a_remark_of_100000_characters_survives_whole() {
            List<Remark> remarks = List.of(Remark.of("ö".repeat(100_000)));
            given().when(observed(of(remarks, LATER))).expectEvents(new DepartureRemarksChanged(ID, remarks, LATER));
        }

        @Test
        void occupancy_changes() {
            given().when(observed(of(new Crowding(Occupancy.LOW, null), LATER)))
                    .expectEvents(new DepartureOccupancyChanged(ID, Occupancy.LOW, null, LATER));
        }

        @Test
        void its_destination_changes() {
            given().when(new ObserveDeparture(
                            ID, STATION, LINE, "S5", TransportMode.SBAHN, "Aying", PLANNED_AT, silent(LATER)))
                    .expectEvents(new DepartureDestinationChanged(ID, "Aying", LATER));
        }

        @Test
        void an_empty_destination_says_nothing() {
            given().when(new ObserveDeparture(
                            ID, STATION, LINE, "S5", TransportMode.SBAHN, "", PLANNED_AT, silent(LATER)))
                    .expectNoEvents();
        }

        @Test
        void details_are_added_to_those_known() {
            given(new DepartureDetailsChanged(ID, trip("7", null), AT))
                    .when(observed(of(trip(null, "swm"), LATER)))
                    .expectEvents(new DepartureDetailsChanged(ID, trip("7", "swm"), LATER));
        }
    }

    @Nested
    class Seen_late {

        @Test
        void an_older_observation_does_not_turn_the_state_back() {
            given(delayed(300, AT))
                    .when(observed(of(new Realtime.Delay(60), EARLIER)))
                    .expectNoEvents();
        }

        @Test
        void an_equally_old_one_that_arrives_later_wins() {
            given(delayed(300, AT))
                    .when(observed(of(new Realtime.Delay(60), AT)))
                    .expectEvents(delayed(60, AT));
        }

        @Test
        void an_older_one_still_tells_what_nothing_newer_spoke_of() {
            given(new DeparturePlatformChanged(ID, "2", false, AT))
                    .when(observed(new Observation(
                            new Realtime.Delay(60),
                            new Platform("1", false),
                            null,
                            null,
                            null,
                            null,
                            "mvg",
                            null,
                            EARLIER)))
                    .expectEvents(delayed(60, EARLIER));
        }
    }

    @Nested
    class Updated_by_a_source_without_timetable {

        @Test
        void it_changes_like_any_other() {
            given().when(new UpdateDeparture(ID, of(new Realtime.Delay(60), LATER)))
                    .expectEvents(delayed(60, LATER))
                    .expectResultMessagePayload(Outcome.CHANGED);
        }

        @Test
        void it_must_be_known() {
            fixture.givenNoPriorActivity()
                    .when(new UpdateDeparture(ID, of(new Realtime.Delay(60), LATER)))
                    .expectException(AggregateNotFoundException.class);
        }
    }

    @Nested
    class Its_identity {

        @Test
        void is_the_destination_where_no_trip_is_known() {
            assertThat(observe("Kreuzstraße", silent(AT)).departureId()).isEqualTo(ID);
            assertThat(observe("Kreuzstraße", of(trip(" ", null), AT)).departureId())
                    .isEqualTo(ID);
        }

        @Test
        void is_the_trip_where_one_is_known() {
            assertThat(observe("Aying", of(trip("7", null), AT)).departureId())
                    .isEqualTo(
                            observe("Kreuzstraße", of(trip("7", null), LATER)).departureId())
                    .isNotEqualTo(ID);
        }
    }

    @Nested
    class Out_of_bounds {

        @Test
        void are_times_that_no_departure_has() {
            assertRejected("plannedAt", () -> departureAt(Instant.parse("1999-12-31T23:59:59Z")));
            assertRejected("plannedAt", () -> departureAt(Instant.parse("2100-01-01T00:00:00Z")));
            assertRejected("plannedAt", () -> departureAt(Instant.MAX));
            assertRejected("observedAt", () -> silent(Instant.MIN));
        }

        @Test
        void are_nul_characters_and_torn_surrogates() {
            assertRejected("remarks[1].text", () -> of(List.of(Remark.of("a"), Remark.of("b\u0000")), AT));
            assertRejected("remarks[0].text", () -> of(List.of(Remark.of("\ud83d")), AT));
            assertRejected("destination", () -> observe("\u0000", silent(AT)));
        }

        @Test
        void are_delays_of_more_than_a_week_and_vehicles_fuller_than_full() {
            assertRejected("delaySeconds", () -> new Realtime.Delay(Integer.MAX_VALUE));
            assertRejected("crowdingLevel", () -> new Crowding(Occupancy.HIGH, 101));
        }

        private static ObserveDeparture departureAt(Instant plannedAt) {
            return ObserveDeparture.of(STATION, LINE, "S5", TransportMode.SBAHN, "X", plannedAt, silent(AT));
        }

        private static void assertRejected(String field, Runnable make) {
            assertThatExceptionOfType(Rejected.class).isThrownBy(make::run).returns(field, Rejected::field);
        }
    }

    private TestExecutor<Departure> given(Object... afterPlanned) {
        return fixture.given(planned(AT.minusSeconds(3600))).andGiven(afterPlanned);
    }

    private static ObserveDeparture observed(Observation observation) {
        return new ObserveDeparture(
                ID, STATION, LINE, "S5", TransportMode.SBAHN, "Kreuzstraße", PLANNED_AT, observation);
    }

    private static ObserveDeparture observe(String destination, Observation observation) {
        return ObserveDeparture.of(STATION, LINE, "S5", TransportMode.SBAHN, destination, PLANNED_AT, observation);
    }

    private static DeparturePlanned planned(Instant observedAt) {
        return new DeparturePlanned(
                ID,
                STATION,
                LINE,
                "S5",
                TransportMode.SBAHN,
                "Kreuzstraße",
                PLANNED_AT,
                null,
                DepartureDetails.NONE,
                "api",
                null,
                observedAt);
    }

    private static DepartureDelayed delayed(int seconds, Instant at) {
        return new DepartureDelayed(ID, seconds, PLANNED_AT.plusSeconds(seconds), at);
    }
}
