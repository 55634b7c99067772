package dev.varve.transit.command.gtfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.transit.command.departure.ObserveDeparture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** A real feed, where it is present; the expected counts come from {@link Recount}, which shares no code with the import. */
@EnabledIf("isPresent")
class CaltrainTest {

    /** Beside the project's own folder; tests run in the module's. */
    private static final Path FEED = Path.of("../../shared/data/gtfs/caltrain-2017-07-24.zip");

    private final GtfsCommandLine cli = new GtfsCommandLine();

    static boolean isPresent() {
        return FEED.toFile().isFile();
    }

    @Test
    void a_fortnight_counts_as_many_as_the_files_say_and_rejects_none() throws IOException {
        LocalDate from = LocalDate.of(2017, 8, 28);

        int exit = cli.run(FEED.toString(), "--from", from.toString(), "--days", "14");

        Recount recount = Recount.of(FEED);
        long departures = recount.departures(from, 14);
        assertThat(departures).isGreaterThan(15_000);
        assertThat(exit).isZero();
        assertThat(cli.counts("stations")).isEqualTo("%1$d %1$d 0 0".formatted(recount.stations()));
        assertThat(cli.counts("lines")).isEqualTo("%1$d %1$d 0 0".formatted(recount.lines()));
        assertThat(cli.counts("departures")).isEqualTo("%1$d %1$d 0 0".formatted(departures));
    }

    @Test
    void the_same_again_records_nothing() {
        cli.run(FEED.toString());
        int exit = cli.run(FEED.toString());

        assertThat(exit).isZero();
        assertThat(cli.counts("all")).matches("(\\d+) 0 \\1 0");
    }

    @Test
    void by_itself_begins_with_the_first_service_day() {
        cli.run(FEED.toString());

        assertThat(cli.err()).contains("feed 'caltrain-ca-us', service days 2017-07-15 to 2017-07-16");
    }

    /** Train 441 leaves San Jose for San Francisco on Sundays, by the printed timetable. */
    @Test
    void a_train_of_the_printed_timetable_is_on_the_board() {
        cli.run(FEED.toString(), "--from", "2017-07-23", "--days", "1");

        assertThat(cli.log.all(ObserveDeparture.class))
                .filteredOn(d -> "6512143-CT-17JUL-Caltrain-Sunday-01"
                                .equals(d.observation().details().tripId())
                        && d.stationId().value().equals("caltrain-ca-us:70261"))
                .singleElement()
                .satisfies(d -> {
                    assertThat(d.plannedAt())
                            .isEqualTo(LocalDate.of(2017, 7, 23)
                                    .atTime(22, 8)
                                    .atZone(ZoneId.of("America/Los_Angeles"))
                                    .toInstant());
                    assertThat(d.destination()).isEqualTo("San Francisco Caltrain Station");
                    assertThat(d.lineLabel()).isEqualTo("Local");
                });
    }

    /** Counts with string splitting, which will do for this feed: the columns that matter hold no commas. */
    private record Recount(
            List<Map<String, String>> stops,
            List<Map<String, String>> routes,
            List<Map<String, String>> trips,
            List<Map<String, String>> stopTimes,
            List<Map<String, String>> weekly,
            List<Map<String, String>> exceptions) {

        static Recount of(Path file) throws IOException {
            try (ZipFile zip = new ZipFile(file.toFile())) {
                return new Recount(
                        rows(zip, "stops.txt"),
                        rows(zip, "routes.txt"),
                        rows(zip, "trips.txt"),
                        rows(zip, "stop_times.txt"),
                        rows(zip, "calendar.txt"),
                        rows(zip, "calendar_dates.txt"));
            }
        }

        private static List<Map<String, String>> rows(ZipFile zip, String name) throws IOException {
            ZipEntry entry = zip.getEntry(name);
            String text = new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
            List<String> lines = text.lines().toList();
            String[] header = lines.getFirst().split(",");
            return lines.stream()
                    .skip(1)
                    .map(line -> {
                        String[] values = line.split(",", -1);
                        Map<String, String> row = new HashMap<>();
                        for (int i = 0; i < header.length; i++) {
                            row.put(header[i], values[i]);
                        }
                        return row;
                    })
                    .toList();
        }

        int stations() {
            return stops.size();
        }

        int lines() {
            return routes.size();
        }

        /** Each running trip has one departure less than it has stop times; this feed forbids boarding nowhere. */
        long departures(LocalDate from, int days) {
            Map<String, Integer> rowsByTrip = new HashMap<>();
            stopTimes.forEach(row -> rowsByTrip.merge(row.get("trip_id"), 1, Integer::sum));
            long count = 0;
            for (LocalDate day = from; day.isBefore(from.plusDays(days)); day = day.plusDays(1)) {
                Set<String> running = servicesOn(day);
                for (Map<String, String> trip : trips) {
                    if (running.contains(trip.get("service_id"))) {
                        count += rowsByTrip.get(trip.get("trip_id")) - 1;
                    }
                }
            }
            return count;
        }

        private Set<String> servicesOn(LocalDate day) {
            String date = day.format(DateTimeFormatter.BASIC_ISO_DATE);
            DayOfWeek weekday = day.getDayOfWeek();
            Set<String> services = new HashSet<>();
            for (Map<String, String> row : weekly) {
                if (row.get(weekday.name().toLowerCase(java.util.Locale.ROOT)).equals("1")
                        && row.get("start_date").compareTo(date) <= 0
                        && row.get("end_date").compareTo(date) >= 0) {
                    services.add(row.get("service_id"));
                }
            }
            for (Map<String, String> row : exceptions) {
                if (row.get("date").equals(date)) {
                    if (row.get("exception_type").equals("1")) {
                        services.add(row.get("service_id"));
                    } else {
                        services.remove(row.get("service_id"));
                    }
                }
            }
            return services;
        }
    }
}
