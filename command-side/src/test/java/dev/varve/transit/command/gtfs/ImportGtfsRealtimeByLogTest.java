package dev.varve.transit.command.gtfs;

import static dev.varve.transit.command.gtfs.RealtimeFile.arriving;
import static dev.varve.transit.command.gtfs.RealtimeFile.late;
import static dev.varve.transit.command.gtfs.RealtimeFile.trip;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.transit.realtime.GtfsRealtime.TripDescriptor;
import com.google.transit.realtime.GtfsRealtime.TripUpdate;
import com.google.transit.realtime.GtfsRealtime.TripUpdate.StopTimeUpdate;
import dev.varve.transit.command.LogInMemory;
import dev.varve.transit.events.DepartureEvent.DepartureCancelled;
import dev.varve.transit.events.DepartureEvent.DepartureDelayed;
import dev.varve.transit.events.DepartureEvent.DeparturePlanned;
import dev.varve.transit.events.DepartureEvent.DeparturePlatformChanged;
import dev.varve.transit.events.DepartureId;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportGtfsRealtimeByLogTest {

    private static final String SAID = "2026-03-02T08:05:00Z";

    @TempDir
    Path folder;

    private final LogInMemory log = new LogInMemory();
    private final GtfsCommandLine cli = new GtfsCommandLine(log, log.storage());

    @Test
    void a_delay_holds_along_the_trip_and_the_last_stop_is_no_departure() {
        importing(loop());

        assertThat(realtime(trip("t1").addStopTimeUpdate(late("b", 120)).addStopTimeUpdate(late("d", 240))))
                .isZero();

        assertThat(happened())
                .containsExactlyInAnyOrder(
                        "b 2026-03-02T08:10:00Z delayed 120",
                        "c 2026-03-02T08:22:00Z delayed 120",
                        "b 2026-03-02T08:30:00Z delayed 120");
        assertThat(cli.counts("departures")).isEqualTo("4 3 1 0");
    }

    @Test
    void stops_are_found_in_their_order_and_an_arrival_in_time_is_no_delay() {
        importing(loop());

        realtime(trip("t1")
                .addStopTimeUpdate(arriving("c", "2026-03-02T08:20:30Z"))
                .addStopTimeUpdate(late("b", -30).setStopSequence(4)));

        assertThat(happened()).containsExactlyInAnyOrder("b 2026-03-02T08:30:00Z delayed -30");
    }

    @Test
    void the_same_message_again_records_nothing() {
        importing(loop());
        TripUpdate.Builder update = trip("t1").addStopTimeUpdate(late("a", 60));
        realtime(update);

        realtime(update);

        assertThat(cli.counts("departures")).isEqualTo("4 0 4 0");
    }

    @Test
    void the_day_is_the_one_named_else_the_nearest() {
        importing(loop());

        realtime(trip("t1", "20260303").addStopTimeUpdate(late("b", 60)));
        TripUpdate.Builder cancelled = TripUpdate.newBuilder()
                .setTrip(TripDescriptor.newBuilder()
                        .setTripId("t1")
                        .setScheduleRelationship(TripDescriptor.ScheduleRelationship.CANCELED));
        realtime(cancelled);

        assertThat(happened())
                .containsExactlyInAnyOrder(
                        "b 2026-03-03T08:10:00Z delayed 60",
                        "c 2026-03-03T08:22:00Z delayed 60",
                        "b 2026-03-03T08:30:00Z delayed 60",
                        "a 2026-03-02T08:00:00Z cancelled",
                        "b 2026-03-02T08:10:00Z cancelled",
                        "c 2026-03-02T08:22:00Z cancelled",
                        "b 2026-03-02T08:30:00Z cancelled");
    }

    @Test
    void a_run_of_the_night_is_of_the_day_that_its_start_or_its_times_tell() {
        importing(loop());

        realtime(trip("night", "20260302").addStopTimeUpdate(late("a", 60)));
        assertThat(cli.err()).contains("trip 'night' leaves at night").contains("pass --schedule");

        TripUpdate.Builder started = TripUpdate.newBuilder()
                .setTrip(TripDescriptor.newBuilder()
                        .setTripId("night")
                        .setStartDate("20260302")
                        .setStartTime("24:30:00"))
                .addStopTimeUpdate(late("a", 60));
        realtime(started);
        realtime(trip("night", "20260303").addStopTimeUpdate(arriving("a", "2026-03-04T00:35:00Z")));

        assertThat(happened())
                .containsExactlyInAnyOrder("a 2026-03-03T00:30:00Z delayed 60", "a 2026-03-04T00:30:00Z delayed 300");
    }

    @Test
    void an_assigned_stop_is_a_change_of_platform() {
        importing(loop());

        realtime(trip("t1")
                .addStopTimeUpdate(late("c", 0)
                        .setStopTimeProperties(
                                StopTimeUpdate.StopTimeProperties.newBuilder().setAssignedStopId("c2"))));

        assertThat(happened()).contains("c 2026-03-02T08:22:00Z platform 2");
    }

    @Test
    void what_the_log_cannot_tell_is_rejected_with_the_way_out() {
        importing(loop());

        int exit = realtime(
                trip("t1").addStopTimeUpdate(StopTimeUpdate.newBuilder().setStopSequence(2)),
                trip("every15"),
                trip("nobody"),
                trip("t1", "20260310"),
                trip("t1").addStopTimeUpdate(late("z", 60)));

        assertThat(exit).isZero();
        assertThat(happened()).isEmpty();
        assertThat(cli.err())
                .contains("entity '0': stop_sequence 2 comes without stop_id, and the log has no stop numbers; "
                        + "pass --schedule with the timetable")
                .contains("entity '1': trip 'every15' runs several times a day, which the log cannot tell apart; pass")
                .contains("entity '2': the log knows no departure of trip_id 'nobody' around this message")
                .contains("entity '3': the log knows no departure of trip_id 't1' on 20260310")
                .contains("entity '4': none of its stops has a departure in the log: stop_id 'z'");
    }

    @Test
    void without_a_timetable_in_the_log_nothing_is_changed() {
        assertThat(realtime(trip("t1"))).isEqualTo(1);
        assertThat(cli.err())
                .contains("the log holds no timetable; run 'import gtfs' first")
                .contains("nothing was");
    }

    @Test
    void of_several_feeds_one_must_be_named() {
        importing(loop());
        importing(loop(), "--feed-id", "village");

        assertThat(realtime(trip("t1"))).isEqualTo(1);
        assertThat(cli.err()).contains("several feeds; pass --feed-id with one of: town, village");

        String file =
                RealtimeFile.write(folder.resolve("update.pb"), SAID, trip("t1").addStopTimeUpdate(late("a", 60)));
        assertThat(cli.runRealtime(file, "--feed-id", "city")).isEqualTo(1);
        assertThat(cli.err()).contains("no feed 'city'; there are: town, village");

        assertThat(cli.runRealtime(file, "--feed-id", "village")).isZero();
        assertThat(cli.counts("departures")).isEqualTo("4 4 0 0");
    }

    /** On two days a 08:00, b 08:10, c 08:20/08:22, b 08:30, d 08:40; at night a 24:30; and d every 15 minutes. */
    private static FeedZip loop() {
        return FeedZip.simple()
                .with(
                        "stops.txt",
                        "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,platform_code",
                        "a,A,48,11,,,",
                        "b,B,48,11,,,",
                        "C,C,48,11,1,,",
                        "c,C 1,48,11,,C,1",
                        "c2,C 2,48,11,,C,2",
                        "d,D,48,11,,,")
                .with("calendar_dates.txt", "service_id,date,exception_type", "s,20260302,1", "s,20260303,1")
                .with("trips.txt", "route_id,service_id,trip_id", "r1,s,t1", "r1,s,t2", "r1,s,night", "r1,s,every15")
                .with(
                        "stop_times.txt",
                        "trip_id,arrival_time,departure_time,stop_id,stop_sequence",
                        "t1,08:00:00,08:00:00,a,1",
                        "t1,08:10:00,08:10:00,b,2",
                        "t1,08:20:00,08:22:00,c,3",
                        "t1,08:30:00,08:30:00,b,4",
                        "t1,08:40:00,08:40:00,d,5",
                        "t2,09:00:00,09:00:00,c2,1",
                        "t2,09:10:00,09:10:00,d,2",
                        "night,24:30:00,24:30:00,a,1",
                        "night,24:40:00,24:40:00,b,2",
                        "every15,00:00:00,00:00:00,d,1",
                        "every15,00:05:00,00:05:00,a,2")
                .with("frequencies.txt", "trip_id,start_time,end_time,headway_secs", "every15,12:00:00,12:30:00,900");
    }

    private void importing(FeedZip feed, String... options) {
        String file = feed.writeTo(folder.resolve("feed.zip")).toString();
        assertThat(cli.run(options.length == 0 ? new String[] {file} : new String[] {file, options[0], options[1]}))
                .isZero();
    }

    private int realtime(TripUpdate.Builder... updates) {
        return cli.runRealtime(RealtimeFile.write(folder.resolve("update.pb"), SAID, updates));
    }

    /** What happened to departures after they were planned, in no particular order. */
    private List<String> happened() {
        Map<DepartureId, String> planned = new HashMap<>();
        return log.events().stream()
                .<String>mapMulti((event, found) -> {
                    switch (event) {
                        case DeparturePlanned p ->
                            planned.put(p.departureId(), p.details().stopPointId() + " " + p.plannedAt());
                        case DepartureDelayed d ->
                            found.accept(planned.get(d.departureId()) + " delayed " + d.delaySeconds());
                        case DepartureCancelled d -> found.accept(planned.get(d.departureId()) + " cancelled");
                        case DeparturePlatformChanged d ->
                            found.accept(planned.get(d.departureId()) + " platform " + d.platform());
                        default -> {
                            // What else happens is not what these tests are about.
                        }
                    }
                })
                .toList();
    }
}
