package dev.varve.transit.command.gtfs;

import static dev.varve.transit.command.gtfs.RealtimeFile.late;
import static dev.varve.transit.command.gtfs.RealtimeFile.trip;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.eventstore.axon.CommandDispatcher;
import dev.varve.transit.command.LogOnPostgres;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Imports on the real event store. */
class ImportGtfsIT {

    @TempDir
    Path folder;

    @Test
    void trip_updates_find_their_departures_in_the_log_and_again_change_nothing() {
        try (LogOnPostgres log = new LogOnPostgres()) {
            GtfsCommandLine cli = new GtfsCommandLine(log.dispatcher(), log.storage());
            cli.run(FeedZip.simple().writeTo(folder.resolve("feed.zip")).toString());
            String update = RealtimeFile.write(
                    folder.resolve("update.pb"),
                    "2026-03-02T08:05:00Z",
                    trip("t1").addStopTimeUpdate(late("b", 120)));

            assertThat(cli.runRealtime(update)).isZero();
            assertThat(cli.counts("departures")).isEqualTo("2 1 1 0");
            assertThat(log.streams().values().stream()
                            .filter(stream -> stream.getFirst().startsWith("transit.departure-planned"))
                            .filter(stream -> stream.size() > 1))
                    .singleElement()
                    .satisfies(stream -> {
                        assertThat(stream).hasSize(2);
                        assertThat(stream.getFirst()).contains("\"plannedAt\":\"2026-03-02T08:11:00Z\"");
                        assertThat(stream.getLast())
                                .startsWith("transit.departure-delayed")
                                .contains("\"delaySeconds\":120", "\"expectedAt\":\"2026-03-02T08:13:00Z\"");
                    });

            assertThat(cli.runRealtime(update)).isZero();
            assertThat(cli.counts("departures")).isEqualTo("2 0 2 0");
        }
    }

    @Test
    void an_import_that_was_cut_off_and_is_repeated_ends_in_the_same_streams() {
        String file = manyTrips().writeTo(folder.resolve("feed.zip")).toString();
        try (LogOnPostgres undisturbed = new LogOnPostgres();
                LogOnPostgres disturbed = new LogOnPostgres()) {
            new GtfsCommandLine(undisturbed.dispatcher(), undisturbed.storage()).run(file);

            int exit = new GtfsCommandLine(dyingAfter(50, disturbed.dispatcher()), disturbed.storage()).run(file);
            assertThat(exit).isEqualTo(1);
            assertThat(disturbed.streams())
                    .hasSizeLessThan(undisturbed.streams().size());
            assertThat(run(disturbed.streams())).singleElement().asString().startsWith("transit.ingestion-started");

            GtfsCommandLine again = new GtfsCommandLine(
                    disturbed.dispatcher(),
                    disturbed.storage(),
                    Clock.offset(GtfsCommandLine.CLOCK, Duration.ofHours(1)));
            assertThat(again.run(file)).isZero();

            assertThat(again.counts("all")).isEqualTo("84 35 49 0");
            assertThat(withoutRun(disturbed.streams())).isEqualTo(withoutRun(undisturbed.streams()));
            assertThat(disturbed.streams().keySet())
                    .isEqualTo(undisturbed.streams().keySet());
            assertThat(run(disturbed.streams()))
                    .extracting(event -> event.substring(0, event.indexOf(' ')))
                    .containsExactly(
                            "transit.ingestion-started", "transit.ingestion-retried", "transit.ingestion-succeeded");
        }
    }

    /** The machine breaks after so many commands, for good: not even the run's failure can be recorded. */
    private static CommandDispatcher dyingAfter(int commands, CommandDispatcher dispatcher) {
        AtomicInteger left = new AtomicInteger(commands);
        return command -> {
            if (left.getAndDecrement() <= 0) {
                throw new IllegalStateException("the machine broke");
            }
            return dispatcher.dispatch(command);
        };
    }

    /** Three stations, one line, and forty trips of two departures. */
    private static FeedZip manyTrips() {
        Stream<String> stopTimes = IntStream.range(0, 40)
                .boxed()
                .flatMap(i -> Stream.of(
                        "t%d,08:%02d:00,08:%02d:00,a,1".formatted(i, i, i),
                        "t%d,09:%02d:00,09:%02d:00,b,2".formatted(i, i, i),
                        "t%d,10:%02d:00,10:%02d:00,c,3".formatted(i, i, i)));
        return FeedZip.simple()
                .with(
                        "trips.txt",
                        table(
                                "route_id,service_id,trip_id",
                                IntStream.range(0, 40).mapToObj(i -> "r1,s,t" + i)))
                .with("stop_times.txt", table("trip_id,arrival_time,departure_time,stop_id,stop_sequence", stopTimes));
    }

    private static String[] table(String head, Stream<String> rows) {
        return Stream.concat(Stream.of(head), rows).toArray(String[]::new);
    }

    private static List<String> run(Map<String, List<String>> streams) {
        return streams.values().stream().filter(ImportGtfsIT::isRun).findFirst().orElseThrow();
    }

    private static List<List<String>> withoutRun(Map<String, List<String>> streams) {
        return streams.values().stream().filter(stream -> !isRun(stream)).toList();
    }

    private static boolean isRun(List<String> stream) {
        return stream.getFirst().startsWith("transit.ingestion-started");
    }
}
