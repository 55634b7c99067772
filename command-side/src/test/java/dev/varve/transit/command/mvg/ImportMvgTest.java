package dev.varve.transit.command.mvg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.eventstore.axon.CommandDispatcher;
import dev.varve.eventstore.axon.CommandReceipt;
import dev.varve.transit.command.departure.ObserveDeparture;
import dev.varve.transit.command.ingestion.CompleteIngestion;
import dev.varve.transit.command.ingestion.StartIngestion;
import dev.varve.transit.command.ingestion.TestIngestion;
import dev.varve.transit.command.ingestion.TransitIngestion;
import dev.varve.transit.command.line.RegisterLine;
import dev.varve.transit.command.routesnapshot.RecordRouteSnapshot;
import dev.varve.transit.command.station.RegisterStation;
import dev.varve.transit.events.RouteEnd;
import dev.varve.transit.events.StationId;
import dev.varve.transit.events.TransportMode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ImportMvgTest {

    private static final Clock CLOCK = Clock.fixed(MvgRig.NOW, ZoneOffset.UTC);
    private static final Instant WRITTEN = Instant.parse("2026-05-19T08:00:00Z");

    private final Log log = new Log();
    private final TransitIngestion runner = TestIngestion.runner(log, CLOCK);
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("answer.json");
    }

    private void write(String content) throws IOException {
        Files.writeString(file, content);
        Files.setLastModifiedTime(file, FileTime.from(WRITTEN));
    }

    private int departures(String... options) {
        return run(new ImportMvgDepartures(runner, CLOCK), options);
    }

    private int route(String... options) {
        return run(new ImportMvgRoute(runner), options);
    }

    private int run(Object command, String... options) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.addFirst(file.toString());
        return new CommandLine(command)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments.toArray(String[]::new));
    }

    /** Read, recorded, unchanged, rejected. */
    private String counts(String kind) {
        return out.toString()
                .lines()
                .filter(line -> line.startsWith(kind + " "))
                .map(line -> line.substring(kind.length()).strip().replaceAll(" +", " "))
                .findFirst()
                .orElse("none");
    }

    @Nested
    class Departures {

        @Test
        void are_recorded_with_their_lines_and_again_as_unchanged() throws IOException {
            write(Recorded.list(Recorded.BUS, Recorded.CANCELLED));

            assertThat(departures("--station", Recorded.STATION)).isZero();
            assertThat(counts("lines")).isEqualTo("2 2 0 0");
            assertThat(counts("departures")).isEqualTo("2 2 0 0");
            assertThat(log.all(ObserveDeparture.class)).allSatisfy(departure -> {
                assertThat(departure.stationId()).isEqualTo(new StationId(Recorded.STATION));
                assertThat(departure.observation().observedAt()).isEqualTo(WRITTEN);
                assertThat(departure.observation().ingestionRunId())
                        .isEqualTo(log.all(StartIngestion.class).getFirst().ingestionRunId());
            });

            assertThat(departures("--station", Recorded.STATION)).isZero();
            assertThat(counts("lines")).isEqualTo("2 0 2 0");
            assertThat(counts("departures")).isEqualTo("2 0 2 0");
        }

        @Test
        void of_a_station_that_the_options_or_a_file_describe_come_after_the_station() throws IOException {
            write(Recorded.list(Recorded.BUS));
            departures("--station", Recorded.STATION);
            assertThat(out.toString()).contains("note: station " + Recorded.STATION + " is not described");
            assertThat(log.all(RegisterStation.class)).isEmpty();

            departures("--station", Recorded.STATION, "--station-name=M", "--latitude=48.1", "--longitude=11.5");
            assertThat(log.all(RegisterStation.class)).last().satisfies(station -> {
                assertThat(station.name()).isEqualTo("M");
                assertThat(station.modes()).containsExactly(TransportMode.BUS);
            });

            Path locations = Files.writeString(folder.resolve("locations.json"), Recorded.LOCATIONS);
            departures("--station", Recorded.STATION, "--locations", locations.toString());
            assertThat(log.all(RegisterStation.class)).last().satisfies(station -> {
                assertThat(station.name()).isEqualTo("Musterplatz");
                assertThat(station.modes())
                        .containsExactly(TransportMode.UBAHN, TransportMode.SBAHN, TransportMode.BUS);
            });
        }

        @Test
        void that_are_broken_are_rejected_with_their_line_and_reason_and_the_others_recorded() throws IOException {
            write("[\n" + Recorded.CANCELLED.replace("\n", " ") + ",\n{\"label\":\"U3\"},\n"
                    + Recorded.BUS.replace("\n", " ").replace("swm:03132:G:H:016", "x".repeat(65)) + "]");

            assertThat(departures("--station", Recorded.STATION)).isZero();

            assertThat(counts("departures")).isEqualTo("3 1 0 2");
            assertThat(err.toString())
                    .contains("answer.json:3 [1].plannedDepartureTime: is missing")
                    .contains("answer.json:4 lineId must have at most 64 characters, had 65");
            assertThat(log.all(CompleteIngestion.class).getLast().counts().rejected())
                    .isEqualTo(3);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "{}", "[", "[{}] []", "<html>", "nonsense", "[1,,2]"})
        void in_a_file_that_is_broken_as_a_whole_change_nothing(String content) throws IOException {
            write(content);

            assertThat(departures("--station", Recorded.STATION)).isOne();
            assertThat(err.toString()).contains("error: answer.json").contains("nothing was changed");
            assertThat(log.commands).isEmpty();
        }

        @Test
        void in_a_file_that_is_not_there_or_without_a_station_change_nothing() {
            assertThat(departures("--station", Recorded.STATION)).isOne();
            assertThat(err.toString()).contains("does not exist");
            assertThat(departures()).isEqualTo(2);
            assertThat(log.commands).isEmpty();
        }
    }

    @Nested
    class Routes {

        private final String[] ends = {"--origin", Recorded.STATION, "--destination", "48.201,11.601"};

        @Test
        void are_one_snapshot_with_its_stations_and_again_unchanged() throws IOException {
            write(Recorded.list(Recorded.ROUTE, Recorded.ROUTE.replace("-1237819603061240", "7")));

            assertThat(route(ends)).isZero();
            assertThat(counts("stations")).isEqualTo("3 3 0 0");
            assertThat(counts("snapshots")).isEqualTo("1 1 0 0");
            assertThat(log.all(RecordRouteSnapshot.class)).singleElement().satisfies(snapshot -> {
                assertThat(snapshot.origin())
                        .isEqualTo(new RouteEnd(new StationId(Recorded.STATION), "Musterplatz", 48.1, 11.5));
                assertThat(snapshot.destination()).isEqualTo(new RouteEnd(null, "48.201,11.601", 48.201, 11.601));
                assertThat(snapshot.requestedAt()).isEqualTo(Instant.parse("2026-05-20T11:19:00Z"));
                assertThat(snapshot.itineraries())
                        .extracting(itinerary -> itinerary.get("uniqueId"))
                        .containsExactly(-1237819603061240L, 7);
            });

            assertThat(route(ends)).isZero();
            assertThat(counts("all")).isEqualTo("4 0 4 0");
        }

        @Test
        void that_are_broken_are_rejected_and_the_others_are_kept() throws IOException {
            write(Recorded.list("{}", Recorded.ROUTE));

            assertThat(route(ends)).isZero();
            assertThat(counts("itineraries")).isEqualTo("1 0 0 1");
            assertThat(counts("snapshots")).isEqualTo("1 1 0 0");
        }

        @Test
        void that_MVG_did_not_find_need_the_time_of_the_request() throws IOException {
            write("[]");

            assertThat(route(ends)).isOne();
            assertThat(err.toString()).contains("--requested-at");
            assertThat(route("--origin", "de:1:1", "--destination", "de:1:2", "--requested-at", "2026-05-20T11:00:00Z"))
                    .isZero();
            assertThat(counts("snapshots")).isEqualTo("1 1 0 0");
        }
    }

    /** Remembers each stream's last command; the same one again, by whichever run, changes nothing. */
    private static final class Log implements CommandDispatcher {

        private final List<Object> commands = new CopyOnWriteArrayList<>();
        private final Map<String, String> streams = new ConcurrentHashMap<>();

        @Override
        public CommandReceipt dispatch(Object command) {
            commands.add(command);
            boolean changed = switch (command) {
                case RegisterStation c -> isNews(c.stream(), c);
                case RegisterLine c -> isNews(c.stream(), c);
                case ObserveDeparture c -> isNews(c.stream(), c);
                case RecordRouteSnapshot c -> isNews(c.stream(), c);
                default -> true;
            };
            return new CommandReceipt(1, 0, changed ? 1 : 0, null);
        }

        private boolean isNews(String stream, Object command) {
            String said = command.toString().replaceAll("ingestionRunId=[^,\\]]*", "");
            return !said.equals(streams.put(stream, said));
        }

        private <T> List<T> all(Class<T> type) {
            return commands.stream().filter(type::isInstance).map(type::cast).toList();
        }
    }
}
