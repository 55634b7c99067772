package dev.varve.transit.command.gtfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.transit.realtime.GtfsRealtime.FeedEntity;
import com.google.transit.realtime.GtfsRealtime.FeedHeader;
import com.google.transit.realtime.GtfsRealtime.FeedMessage;
import com.google.transit.realtime.GtfsRealtime.TripDescriptor;
import com.google.transit.realtime.GtfsRealtime.TripUpdate;
import com.google.transit.realtime.GtfsRealtime.TripUpdate.StopTimeEvent;
import com.google.transit.realtime.GtfsRealtime.TripUpdate.StopTimeUpdate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportGtfsRealtimeCommandTest {

    private static final Instant SAID = Instant.parse("2026-03-02T08:05:00Z");

    @TempDir
    Path folder;

    private final GtfsCommandLine cli = new GtfsCommandLine();
    private Path schedule = Path.of("");

    /** One trip a 08:00, b 08:10, c 08:20/08:22, b 08:30, d 08:40 on 2 March 2026. */
    @BeforeEach
    void import_a_loop() {
        schedule = FeedZip.simple()
                .with(
                        "stops.txt",
                        "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,platform_code",
                        "a,A,48,11,,,",
                        "b,B,48,11,,,",
                        "C,C,48,11,1,,",
                        "c,C 1,48,11,,C,1",
                        "c2,C 2,48,11,,C,2",
                        "d,D,48,11,,,")
                .with("trips.txt", "route_id,service_id,trip_id", "r1,s,t1", "r1,s,every15")
                .with(
                        "stop_times.txt",
                        "trip_id,arrival_time,departure_time,stop_id,stop_sequence",
                        "t1,08:00:00,08:00:00,a,1",
                        "t1,08:10:00,08:10:00,b,2",
                        "t1,08:20:00,08:22:00,c,3",
                        "t1,08:30:00,08:30:00,b,4",
                        "t1,08:40:00,08:40:00,d,5",
                        "every15,00:00:00,00:00:00,d,1",
                        "every15,00:05:00,00:05:00,a,2")
                .with("frequencies.txt", "trip_id,start_time,end_time,headway_secs", "every15,12:00:00,12:30:00,900")
                .writeTo(folder.resolve("feed.zip"));
        cli.run(schedule.toString());
    }

    @Test
    void a_delay_holds_until_another_update_speaks() {
        importing(update("t1")
                .addStopTimeUpdate(at(2).setDeparture(delay(120)))
                .addStopTimeUpdate(at(4).setDeparture(delay(-30))));

        assertThat(cli.log.updates())
                .containsExactly(
                        "C 2026-03-02T08:22:00Z delay 120 platform 1",
                        "a 2026-03-02T08:00:00Z silent",
                        "b 2026-03-02T08:10:00Z delay 120",
                        "b 2026-03-02T08:30:00Z delay -30");
        assertThat(cli.counts("departures")).isEqualTo("4 4 0 0");
    }

    @Test
    void stops_are_found_by_id_in_their_order_and_times_may_be_absolute() {
        importing(update("t1")
                .addStopTimeUpdate(StopTimeUpdate.newBuilder().setStopId("c").setArrival(time("2026-03-02T08:25:00Z")))
                .addStopTimeUpdate(
                        StopTimeUpdate.newBuilder().setStopId("b").setDeparture(time("2026-03-02T08:31:00Z"))));

        assertThat(cli.log.updates())
                .containsExactly(
                        "C 2026-03-02T08:22:00Z delay 300 platform 1",
                        "a 2026-03-02T08:00:00Z silent",
                        "b 2026-03-02T08:10:00Z silent",
                        "b 2026-03-02T08:30:00Z delay 60");
    }

    @Test
    void a_skipped_stop_is_cancelled_and_no_data_ends_a_delay() {
        importing(update("t1")
                .addStopTimeUpdate(at(1).setDeparture(delay(60)))
                .addStopTimeUpdate(at(2).setScheduleRelationship(StopTimeUpdate.ScheduleRelationship.SKIPPED))
                .addStopTimeUpdate(at(4).setScheduleRelationship(StopTimeUpdate.ScheduleRelationship.NO_DATA)));

        assertThat(cli.log.updates())
                .containsExactly(
                        "C 2026-03-02T08:22:00Z delay 60 platform 1",
                        "a 2026-03-02T08:00:00Z delay 60",
                        "b 2026-03-02T08:10:00Z cancelled",
                        "b 2026-03-02T08:30:00Z no data");
    }

    @Test
    void a_cancelled_trip_cancels_every_departure_and_the_same_again_changes_nothing() {
        var cancelled = TripUpdate.newBuilder()
                .setTrip(TripDescriptor.newBuilder()
                        .setTripId("t1")
                        .setScheduleRelationship(TripDescriptor.ScheduleRelationship.CANCELED));
        importing(cancelled);
        assertThat(cli.log.updates()).hasSize(4).allMatch(update -> update.contains(" cancelled"));

        importing(cancelled);
        assertThat(cli.counts("departures")).isEqualTo("4 0 4 0");
    }

    @Test
    void another_platform_is_a_change_of_platform() {
        importing(update("t1")
                .addStopTimeUpdate(at(3).setDeparture(delay(0))
                        .setStopTimeProperties(
                                StopTimeUpdate.StopTimeProperties.newBuilder().setAssignedStopId("c2"))));

        assertThat(cli.log.updates()).contains("C 2026-03-02T08:22:00Z delay 0 platform 2");
    }

    @Test
    void a_run_of_a_frequency_is_found_by_its_start() {
        importing(TripUpdate.newBuilder()
                .setTrip(TripDescriptor.newBuilder()
                        .setTripId("every15")
                        .setStartDate("20260302")
                        .setStartTime("12:15:00"))
                .addStopTimeUpdate(at(1).setDeparture(time("2026-03-02T12:16:00Z"))));

        assertThat(cli.log.updates()).containsExactly("d 2026-03-02T12:15:00Z delay 60");
    }

    @Test
    void what_is_not_in_the_timetable_is_rejected_with_its_reason() {
        int exit = importing(
                update("nobody"),
                update("every15"),
                TripUpdate.newBuilder()
                        .setTrip(TripDescriptor.newBuilder().setTripId("t1").setStartDate("20260305")),
                TripUpdate.newBuilder()
                        .setTrip(TripDescriptor.newBuilder().setTripId("t1").setStartDate("soon")),
                TripUpdate.newBuilder()
                        .setTrip(TripDescriptor.newBuilder()
                                .setTripId("new")
                                .setScheduleRelationship(TripDescriptor.ScheduleRelationship.ADDED)),
                update("t1").addStopTimeUpdate(at(99).setDeparture(delay(1))));

        assertThat(exit).isZero();
        assertThat(cli.err())
                .contains("entity '0': trip_id 'nobody' is not in the feed")
                .contains("entity '1': trip 'every15' runs at a frequency, and the update has no start_time")
                .contains("entity '2': trip 't1' does not run on 20260305")
                .contains("entity '3': start_date 'soon' is no date YYYYMMDD")
                .contains("entity '4': trip 'new' is ADDED")
                .contains("entity '5': stop_sequence 99 is not on the trip");
    }

    @Test
    void departures_that_were_never_imported_are_rejected() {
        int exit = importing("--feed-id", "other", update("t1"));

        assertThat(exit).isZero();
        assertThat(cli.counts("departures")).isEqualTo("4 0 0 4");
        assertThat(cli.err()).contains("it is not known here");
    }

    @Test
    void a_file_that_is_no_message_changes_nothing() throws IOException {
        Path file = Files.writeString(folder.resolve("broken.pb"), "no message");

        assertThat(cli.runRealtime(file.toString(), "--schedule", schedule.toString()))
                .isEqualTo(1);
        assertThat(cli.err()).contains("is no GTFS-realtime message").contains("nothing was changed");
    }

    private int importing(TripUpdate.Builder... updates) {
        return importing(null, null, updates);
    }

    private int importing(String option, String value, TripUpdate.Builder... updates) {
        FeedMessage.Builder message = FeedMessage.newBuilder()
                .setHeader(FeedHeader.newBuilder().setGtfsRealtimeVersion("2.0").setTimestamp(SAID.getEpochSecond()));
        for (int i = 0; i < updates.length; i++) {
            message.addEntity(FeedEntity.newBuilder().setId(Integer.toString(i)).setTripUpdate(updates[i]));
        }
        Path file = folder.resolve("update.pb");
        try {
            Files.write(file, message.build().toByteArray());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return option == null
                ? cli.runRealtime(file.toString(), "--schedule", schedule.toString())
                : cli.runRealtime(file.toString(), "--schedule", schedule.toString(), option, value);
    }

    private static TripUpdate.Builder update(String tripId) {
        return TripUpdate.newBuilder().setTrip(TripDescriptor.newBuilder().setTripId(tripId));
    }

    private static StopTimeUpdate.Builder at(int sequence) {
        return StopTimeUpdate.newBuilder().setStopSequence(sequence);
    }

    private static StopTimeEvent.Builder delay(int seconds) {
        return StopTimeEvent.newBuilder().setDelay(seconds);
    }

    private static StopTimeEvent.Builder time(String instant) {
        return StopTimeEvent.newBuilder().setTime(Instant.parse(instant).getEpochSecond());
    }
}
