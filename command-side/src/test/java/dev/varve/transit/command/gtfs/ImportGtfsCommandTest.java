package dev.varve.transit.command.gtfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.transit.command.departure.ObserveDeparture;
import dev.varve.transit.command.ingestion.CompleteIngestion;
import dev.varve.transit.command.station.RegisterStation;
import dev.varve.transit.events.TransportMode;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImportGtfsCommandTest {

    private static final String STOP_TIMES = "trip_id,arrival_time,departure_time,stop_id,stop_sequence";

    @TempDir
    Path folder;

    private final GtfsCommandLine cli = new GtfsCommandLine();

    @Test
    void records_stations_lines_and_every_departure_but_the_last_stop() {
        assertThat(importing(FeedZip.simple())).isZero();

        assertThat(cli.counts("stations")).isEqualTo("3 3 0 0");
        assertThat(cli.counts("lines")).isEqualTo("1 1 0 0");
        assertThat(cli.counts("departures")).isEqualTo("2 2 0 0");
        assertThat(cli.log.board()).containsExactly("a 2026-03-02T08:00:00Z", "b 2026-03-02T08:11:00Z");
        assertThat(cli.log.line("town:r1").label()).isEqualTo("1");
        assertThat(cli.log.line("town:r1").operator()).isEqualTo("Town Lines");
        assertThat(cli.log.line("town:r1").description()).isEqualTo("Alpha to Gamma");
        assertThat(cli.log.station("town:a").modes()).containsExactly(TransportMode.BUS);
        assertThat(departure("a").destination()).isEqualTo("Gamma");
    }

    @Nested
    class Again {

        @Test
        void records_nothing_and_is_a_run_of_its_own() {
            importing(FeedZip.simple());
            assertThat(importing(FeedZip.simple())).isZero();

            assertThat(cli.counts("all")).isEqualTo("6 0 6 0");
            assertThat(cli.log.all(CompleteIngestion.class))
                    .extracting(run -> run.ingestionRunId().value().replaceFirst("[0-9a-f]{24}", "#"))
                    .containsExactlyInAnyOrder("import-gtfs-#", "import-gtfs-#-2");
        }

        @Test
        void under_another_name_the_same_file_is_the_same_run() {
            Path file = FeedZip.simple().writeTo(folder.resolve("one.zip"));
            cli.run(file.toString());
            String first = cli.log
                    .all(CompleteIngestion.class)
                    .getFirst()
                    .ingestionRunId()
                    .value();
            copy(file, folder.resolve("two.zip"));
            cli.run(folder.resolve("two.zip").toString());

            assertThat(cli.out()).contains(first + "-2");
        }
    }

    @Nested
    class Text {

        @Test
        void byte_order_marks_quotes_line_ends_spaces_other_columns_and_blank_lines_are_no_errors() {
            String bom = "\uFEFF";
            FeedZip feed = FeedZip.simple()
                    .with(
                            "stops.txt",
                            StandardCharsets.UTF_8,
                            bom + "\"stop_id\", stop_name ,extra,stop_lat,stop_lon\r\n"
                                    + "\r\n"
                                    + "\"a\",\"Alpha, \"\"old\"\" town\",x, 48.1 ,11.5,one,too,many\r\n"
                                    + " b ,\"two\nlines\",,48.2,11.6\r\n"
                                    + "   \r\n,,,,\r\n"
                                    + "c,Gamma,,48.3,11.7")
                    .inFolder("feed 2026/nested");

            assertThat(importing(feed)).isZero();
            assertThat(cli.counts("all")).isEqualTo("6 6 0 0");
            assertThat(cli.log.station("town:a").name()).isEqualTo("Alpha, \"old\" town");
            assertThat(cli.log.station("town:b").name()).isEqualTo("two\nlines");
        }

        @Test
        void a_table_in_windows_1252_is_read_as_such_and_said_to_be() {
            FeedZip feed = FeedZip.simple()
                    .with(
                            "stops.txt",
                            Charset.forName("windows-1252"),
                            "stop_id,stop_name,stop_lat,stop_lon\na,M\u00fcnchen,48.1,11.5\nb,B,48,11\nc,C,48,11\n");

            assertThat(importing(feed)).isZero();
            assertThat(cli.log.station("town:a").name()).isEqualTo("M\u00fcnchen");
            assertThat(cli.out()).contains("stops.txt is not in UTF-8");
        }
    }

    @Nested
    class Days {

        @Test
        void are_the_weekly_pattern_with_additions_and_without_exceptions() {
            FeedZip feed = FeedZip.simple()
                    .with(
                            "calendar.txt",
                            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date",
                            "s,1,1,0,0,0,0,0,20260302,20260309")
                    .with("calendar_dates.txt", "service_id,date,exception_type", "s,20260303,2", "s,20260305,1");

            importing(feed, "--from", "2026-03-01", "--days", "20");

            assertThat(cli.log.board())
                    .filteredOn(row -> row.startsWith("a"))
                    .containsExactly("a 2026-03-02T08:00:00Z", "a 2026-03-05T08:00:00Z", "a 2026-03-09T08:00:00Z");
        }

        @Test
        void begin_today_or_where_service_begins_next() {
            importing(FeedZip.simple()
                    .with("calendar_dates.txt", "service_id,date,exception_type", "s,20260228,1", "s,20260310,1"));

            assertThat(cli.log.board()).contains("a 2026-03-10T08:00:00Z").hasSize(2);
        }

        @Test
        void of_a_feed_in_the_past_begin_with_its_first() {
            importing(FeedZip.simple()
                    .with("calendar_dates.txt", "service_id,date,exception_type", "s,20170715,1", "s,20170720,1"));

            assertThat(cli.log.board()).contains("a 2017-07-15T08:00:00Z").hasSize(2);
        }

        @Test
        void past_midnight_belong_to_the_day_before() {
            importing(FeedZip.simple()
                    .with("stop_times.txt", STOP_TIMES, "t1,24:30:00,24:30:00,a,1", "t1,25:00:00,25:00:00,b,2"));

            assertThat(cli.log.board()).containsExactly("a 2026-03-03T00:30:00Z");
        }

        @Test
        void are_in_the_time_zone_of_the_agency_whatever_the_stop_says() {
            importing(FeedZip.simple()
                    .with(
                            "agency.txt",
                            "agency_id,agency_name,agency_url,agency_timezone",
                            "town,T,http://x,Europe/Berlin")
                    .with(
                            "stops.txt",
                            "stop_id,stop_name,stop_lat,stop_lon,stop_timezone",
                            "a,Alpha,48.1,11.5,Europe/London",
                            "b,Beta,48.2,11.6,",
                            "c,Gamma,48.3,11.7,"));

            assertThat(cli.log.board()).contains("a 2026-03-02T07:00:00Z");
            assertThat(cli.log.station("town:a").timezone()).isEqualTo("Europe/London");
            assertThat(cli.log.station("town:b").timezone()).isEqualTo("Europe/Berlin");
        }
    }

    @Nested
    class StopTimesOfATrip {

        @Test
        void without_times_are_estimated_in_equal_steps() {
            importing(FeedZip.simple()
                    .with(
                            "stop_times.txt",
                            STOP_TIMES,
                            "t1,08:00:00,08:01:00,a,10",
                            "t1,,,b,20",
                            "t1,,,c,30",
                            "t1,08:16:00,08:17:00,a,40"));

            assertThat(cli.log.board())
                    .containsExactly("a 2026-03-02T08:01:00Z", "b 2026-03-02T08:06:00Z", "c 2026-03-02T08:11:00Z");
        }

        @Test
        void without_times_are_estimated_by_distance_where_there_is_one() {
            importing(FeedZip.simple()
                    .with(
                            "stop_times.txt",
                            STOP_TIMES + ",shape_dist_traveled",
                            "t1,08:00:00,08:00:00,a,1,0.0",
                            "t1,,,b,2,1.5",
                            "t1,08:20:00,08:20:00,c,3,2"));

            assertThat(cli.log.board()).contains("b 2026-03-02T08:15:00Z");
        }

        @Test
        void are_put_in_order_however_the_file_scatters_them() {
            importing(FeedZip.simple()
                    .with("trips.txt", "route_id,service_id,trip_id", "r1,s,t1", "r1,s,t2")
                    .with(
                            "stop_times.txt",
                            STOP_TIMES,
                            "t1,08:20:00,08:20:00,c,300",
                            "t2,09:00:00,09:00:00,a,1",
                            "t1,08:00:00,08:00:00,a,5",
                            "t2,09:20:00,09:20:00,c,2",
                            "t1,08:11:00,08:11:00,b,20"));

            assertThat(cli.log.board())
                    .containsExactly("a 2026-03-02T08:00:00Z", "a 2026-03-02T09:00:00Z", "b 2026-03-02T08:11:00Z");
        }

        @Test
        void without_boarding_are_no_departures() {
            importing(FeedZip.simple()
                    .with(
                            "stop_times.txt",
                            STOP_TIMES + ",pickup_type",
                            "t1,08:00:00,08:00:00,a,1,2",
                            "t1,08:10:00,08:11:00,b,2,1",
                            "t1,08:20:00,08:20:00,c,3,0"));

            assertThat(cli.log.board()).containsExactly("a 2026-03-02T08:00:00Z");
        }

        @Test
        void carry_the_trips_headsign_and_their_own_where_it_differs() {
            importing(FeedZip.simple()
                    .with("trips.txt", "route_id,service_id,trip_id,trip_headsign,direction_id", "r1,s,t1,Airport,1")
                    .with(
                            "stop_times.txt",
                            STOP_TIMES + ",stop_headsign",
                            "t1,08:00:00,08:00:00,a,1,Airport via Beta",
                            "t1,08:10:00,08:11:00,b,2,",
                            "t1,08:20:00,08:20:00,c,3,"));

            assertThat(departure("a").destination()).isEqualTo("Airport");
            assertThat(departure("a").observation().details().headsign()).isEqualTo("Airport via Beta");
            assertThat(departure("b").observation().details().headsign()).isNull();
            assertThat(departure("b").observation().details().direction()).isEqualTo("1");
            assertThat(departure("b").observation().details().tripId()).isEqualTo("t1");
        }
    }

    @Nested
    class Frequencies {

        @Test
        void repeat_the_trip_from_start_to_before_end_whether_exact_or_not() {
            importing(FeedZip.simple()
                    .with(
                            "frequencies.txt",
                            "trip_id,start_time,end_time,headway_secs,exact_times",
                            "t1,06:00:00,06:30:00,900,0",
                            "t1,06:30:00,07:00:00,1200,1"));

            assertThat(cli.log.board())
                    .containsExactly(
                            "a 2026-03-02T06:00:00Z",
                            "a 2026-03-02T06:15:00Z",
                            "a 2026-03-02T06:30:00Z",
                            "a 2026-03-02T06:50:00Z",
                            "b 2026-03-02T06:11:00Z",
                            "b 2026-03-02T06:26:00Z",
                            "b 2026-03-02T06:41:00Z",
                            "b 2026-03-02T07:01:00Z");
        }

        @Test
        void without_a_headway_are_rejected() {
            assertThat(importing(FeedZip.simple()
                            .with(
                                    "frequencies.txt",
                                    "trip_id,start_time,end_time,headway_secs",
                                    "t1,06:00:00,07:00:00,0")))
                    .isZero();

            assertThat(cli.err()).contains("rejected frequencies.txt:2");
        }
    }

    @Nested
    class Stations {

        private final FeedZip feed = FeedZip.simple()
                .with(
                        "stops.txt",
                        "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,platform_code",
                        "S,Central,48.1,11.5,1,,",
                        "a,Central Platform 1,48.1,11.5,0,S,1",
                        "a1,,,,4,a,",
                        "door,Central North Door,48.1,11.5,2,S,",
                        "b,Beta,48.2,11.6,,,7",
                        "c,Gamma,48.3,11.7,0,nowhere,");

        @Test
        void are_what_the_parent_is_and_platforms_belong_to_them() {
            importing(feed.with(
                    "stop_times.txt",
                    STOP_TIMES,
                    "t1,08:00:00,08:00:00,a1,1",
                    "t1,08:10:00,08:11:00,b,2",
                    "t1,08:20:00,08:20:00,c,3"));

            assertThat(cli.log.all(RegisterStation.class))
                    .extracting(station -> station.stationId().value())
                    .containsExactlyInAnyOrder("town:S", "town:b", "town:c");
            assertThat(departure("S").observation().platform().name()).isEqualTo("1");
            assertThat(departure("S").observation().details().stopPointId()).isEqualTo("a1");
            assertThat(departure("b").observation().platform().name()).isEqualTo("7");
            assertThat(cli.out()).contains("1 x a stop names a parent_station that is not in stops.txt");
        }

        @Test
        void are_left_once_by_a_trip_that_calls_at_two_platforms_in_the_same_second() {
            FeedZip twice = FeedZip.simple()
                    .with(
                            "stops.txt",
                            "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,platform_code",
                            "S,Central,48.1,11.5,1,,",
                            "a,Central 1,48.1,11.5,0,S,1",
                            "b,Central 2,48.1,11.5,0,S,2",
                            "c,Gamma,48.3,11.7,,,")
                    .with(
                            "stop_times.txt",
                            STOP_TIMES,
                            "t1,8:00:00,8:00:00,a,1",
                            "t1,8:00:00,8:00:00,b,2",
                            "t1,8:20:00,8:20:00,c,3");

            importing(twice);
            importing(twice);

            assertThat(cli.log.board()).containsExactly("S 2026-03-02T08:00:00Z");
            assertThat(departure("S").observation().platform().name()).isEqualTo("2");
            assertThat(cli.counts("all")).isEqualTo("4 0 4 0");
        }
    }

    @Nested
    class Names {

        @Test
        void longer_than_ids_may_be_end_in_a_digest_and_stay_apart() {
            String longId = "x".repeat(200);
            importing(FeedZip.simple()
                    .with(
                            "stops.txt",
                            "stop_id,stop_name,stop_lat,stop_lon",
                            longId + "1,One,48,11",
                            longId + "2,Two,48,11",
                            "a,A,48,11",
                            "b,B,48,11",
                            "c,C,48,11"));

            assertThat(cli.counts("stations")).isEqualTo("5 5 0 0");
        }

        @Test
        void of_the_feed_mvg_are_those_of_mvg() {
            importing(FeedZip.simple(), "--feed-id", "mvg");

            assertThat(cli.log.all(RegisterStation.class))
                    .extracting(station -> station.stationId().value())
                    .containsExactlyInAnyOrder("a", "b", "c");
        }

        @ParameterizedTest
        @ValueSource(strings = {"with space", "a:b", "", "much-too-long-for-the-id-of-a-feed"})
        void of_feeds_that_cannot_be_are_wrong_usage(String feedId) {
            assertThat(importing(FeedZip.simple(), "--feed-id", feedId)).isEqualTo(2);
            assertThat(cli.log.all(Object.class)).isEmpty();
        }
    }

    @Nested
    class ABrokenRow {

        @Test
        void is_reported_with_file_line_and_reason_and_skipped() {
            FeedZip feed = FeedZip.simple()
                    .with(
                            "stops.txt",
                            "stop_id,stop_name,stop_lat,stop_lon",
                            "a,Alpha,48.1,11.5",
                            "a,Again,48.1,11.5",
                            "b,Beta,148.2,11.6",
                            ",None,1,1",
                            "c,Gamma,48.3,east",
                            "d,Delta,48.3,11.7")
                    .with(
                            "routes.txt",
                            "route_id,route_short_name,route_type,route_color",
                            "r1,1,3,ff0000",
                            "r2,2,bus,",
                            "r3,3,109,no colour")
                    .with("trips.txt", "route_id,service_id,trip_id", "r1,s,t1", "rX,s,t2", "r1,sX,t3", "r1,s,t1")
                    .with(
                            "stop_times.txt",
                            STOP_TIMES,
                            "t1,08:00:00,08:00:00,a,1",
                            "t1,08:10:00,8 o'clock,a,2",
                            "t1,08:12:00,08:12:00,a,2",
                            "t1,08:13:00,08:13:00,a,x",
                            "t1,08:14:00,08:14:00,b,3",
                            "t1,08:15:00,08:15:00,zz,4",
                            "t1,08:20:00,08:20:00,d,5",
                            "t2,08:20:00,08:20:00,a,1",
                            "tX,08:20:00,08:20:00,a,1");

            assertThat(importing(feed)).isZero();

            assertThat(cli.err().lines().filter(line -> line.startsWith("rejected")))
                    .extracting(line -> line.replaceAll(" .*", "") + " " + line.split(" ")[1])
                    .containsExactlyInAnyOrder(
                            "rejected stops.txt:3",
                            "rejected stops.txt:4",
                            "rejected stops.txt:5",
                            "rejected stops.txt:6",
                            "rejected routes.txt:3",
                            "rejected trips.txt:3",
                            "rejected trips.txt:4",
                            "rejected trips.txt:5",
                            "rejected stop_times.txt:3",
                            "rejected stop_times.txt:4",
                            "rejected stop_times.txt:5",
                            "rejected stop_times.txt:6",
                            "rejected stop_times.txt:7",
                            "rejected stop_times.txt:10");
            assertThat(cli.log.board()).containsExactly("a 2026-03-02T08:00:00Z");
            assertThat(cli.log.line("town:r1").colorHex()).isEqualTo("#FF0000");
            assertThat(cli.log.line("town:r3").mode()).isEqualTo(TransportMode.SBAHN);
            assertThat(cli.log.line("town:r3").colorHex()).isNull();
        }
    }

    @Nested
    class ABrokenFile {

        @Test
        void that_is_no_zip_changes_nothing() throws IOException {
            Path file = Files.writeString(folder.resolve("feed.zip"), "not a zip");

            assertThat(cli.run(file.toString())).isEqualTo(1);
            assertBroken("is not a zip file");
        }

        @Test
        void that_is_not_there_changes_nothing() {
            assertThat(cli.run(folder.resolve("none.zip").toString())).isEqualTo(1);
            assertBroken("there is no such file");
        }

        @ParameterizedTest
        @ValueSource(strings = {"agency.txt", "stops.txt", "routes.txt", "trips.txt", "stop_times.txt"})
        void that_lacks_a_table_changes_nothing(String table) {
            assertThat(importing(FeedZip.simple().without(table))).isEqualTo(1);
            assertBroken("holds no " + table);
        }

        @Test
        void that_lacks_both_calendars_changes_nothing() {
            assertThat(importing(FeedZip.simple().without("calendar_dates.txt")))
                    .isEqualTo(1);
            assertBroken("neither calendar.txt nor calendar_dates.txt");
        }

        @Test
        void that_lacks_a_column_changes_nothing() {
            assertThat(importing(FeedZip.simple().with("stop_times.txt", "trip_id,stop_id,stop_sequence", "t1,a,1")))
                    .isEqualTo(1);
            assertBroken("stop_times.txt: has no column arrival_time");
        }

        @Test
        void whose_time_zone_is_unknown_changes_nothing() {
            assertThat(importing(FeedZip.simple().with("agency.txt", "agency_name,agency_timezone", "T,Mars/Olympus")))
                    .isEqualTo(1);
            assertBroken("agency.txt:2: agency_timezone 'Mars/Olympus'");
        }

        @Test
        void whose_last_quote_is_open_changes_nothing() {
            assertThat(importing(FeedZip.simple()
                            .with("stop_times.txt", StandardCharsets.UTF_8, STOP_TIMES + "\nt1,8:00:00,8:00:00,\"a,1")))
                    .isEqualTo(1);
            assertBroken("stop_times.txt");
        }

        @Test
        void that_inflates_beyond_measure_changes_nothing() {
            assertThat(importing(FeedZip.simple().with("stop_times.txt", new byte[80 << 20])))
                    .isEqualTo(1);
            assertBroken("stop_times.txt cannot be read (it inflates more than 200-fold");
        }

        @Test
        void that_was_cut_changes_nothing() throws IOException {
            Path file = FeedZip.simple().writeTo(folder.resolve("feed.zip"));
            byte[] whole = Files.readAllBytes(file);
            Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));

            assertThat(cli.run(file.toString())).isEqualTo(1);
            assertBroken("is not a zip file, or is damaged");
        }

        private void assertBroken(String reason) {
            assertThat(cli.err()).contains(reason).contains("nothing was changed");
            assertThat(cli.log.all(Object.class)).isEmpty();
        }
    }

    @Test
    void names_inside_the_zip_lead_nowhere() {
        assertThat(importing(FeedZip.simple().with("../../../../tmp/evil.txt", "x")))
                .isZero();
        assertThat(importing(FeedZip.simple().inFolder("../.."))).isZero();

        assertThat(cli.counts("all")).isEqualTo("6 0 6 0");
    }

    private int importing(FeedZip feed, String... options) {
        Path file = feed.writeTo(folder.resolve("feed.zip"));
        String[] arguments = new String[options.length + 1];
        arguments[0] = file.toString();
        System.arraycopy(options, 0, arguments, 1, options.length);
        return cli.run(arguments);
    }

    private ObserveDeparture departure(String stopId) {
        return cli.log.all(ObserveDeparture.class).stream()
                .filter(departure -> departure.stationId().value().equals("town:" + stopId))
                .findFirst()
                .orElseThrow();
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
