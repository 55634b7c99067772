package dev.varve.transit.command.mvg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.command.Rejected;
import dev.varve.eventstore.axon.CommandDispatcher;
import dev.varve.eventstore.axon.CommandReceipt;
import dev.varve.transit.command.departure.ObserveDeparture;
import dev.varve.transit.command.ingestion.CompleteIngestion;
import dev.varve.transit.command.ingestion.FailIngestion;
import dev.varve.transit.command.ingestion.StartIngestion;
import dev.varve.transit.command.line.RegisterLine;
import dev.varve.transit.command.mvg.MvgSettings.RecordingSettings;
import dev.varve.transit.command.routesnapshot.RecordRouteSnapshot;
import dev.varve.transit.command.station.RegisterStation;
import dev.varve.transit.events.ExternalStatus;
import dev.varve.transit.events.IngestionCounts;
import dev.varve.transit.events.IngestionSource;
import dev.varve.transit.events.RouteEnd;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.SimpleIdGenerator;

class BackgroundRecordingTest {

    private static final MvgPlace STATION = MvgPlace.readStation(Recorded.item(Recorded.STATION_OF_DUMP));

    private SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Log log = new Log();
    private BackgroundRecording recording = recording(Settings.RECORDING);

    @AfterEach
    void stop() {
        recording.stop();
    }

    private BackgroundRecording recording(RecordingSettings settings) {
        registry = new SimpleMeterRegistry();
        BackgroundRecording started = new BackgroundRecording(
                settings, log, registry, Clock.fixed(MvgRig.NOW, ZoneOffset.UTC), new SimpleIdGenerator());
        started.start();
        return started;
    }

    private static MvgObservation departures(String... items) {
        return new MvgObservation.Departures(
                STATION, MvgJson.items(Recorded.nodes(Recorded.list(items)), MvgDeparture::read), MvgRig.NOW);
    }

    private double rows(String outcome) {
        return registry.get("varve.transit.mvg.recording.rows")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    @Test
    void station_and_lines_come_before_their_departures_and_leave_no_run_behind() throws Exception {
        recording.accept(departures(Recorded.BUS, Recorded.BUS.replace("3670632", "3670633"), Recorded.CANCELLED));
        recording.stop();

        assertThat(log.dispatched)
                .extracting(Object::getClass)
                .containsExactly(
                        (Class) RegisterStation.class,
                        RegisterLine.class,
                        ObserveDeparture.class,
                        ObserveDeparture.class,
                        RegisterLine.class,
                        ObserveDeparture.class);
        assertThat(rows("recorded")).isEqualTo(4);
    }

    @Test
    void a_route_is_a_snapshot_with_the_whole_answer_and_an_address_at_its_end() {
        MvgPlace address = new MvgPlace(null, "Am Tor 8", "Musterstadt", 48.201, 11.601, List.of());
        recording.accept(new MvgObservation.Route(
                STATION,
                address,
                Map.of("transport_types", "UBAHN"),
                MvgJson.items(Recorded.nodes(Recorded.list(Recorded.ROUTE)), MvgRoute::read),
                MvgRig.NOW));
        recording.stop();

        assertThat(log.dispatched).last().isInstanceOfSatisfying(RecordRouteSnapshot.class, snapshot -> {
            assertThat(snapshot.destination()).isEqualTo(new RouteEnd(null, "Am Tor 8", 48.201, 11.601));
            assertThat(snapshot.filters()).containsEntry("transport_types", "UBAHN");
            assertThat(snapshot.itineraries())
                    .singleElement()
                    .satisfies(whole -> assertThat(whole)
                            .containsKeys("uniqueId", "parts", "ticketingInformation", "somethingNew"));
            assertThat(snapshot.status()).isEqualTo(ExternalStatus.SUCCESS);
        });
        assertThat(log.dispatched).filteredOn(RegisterStation.class::isInstance).hasSize(4);
    }

    @Test
    void a_failure_ends_the_answer_and_is_a_failed_run_with_counts() throws Exception {
        log.failOn = ObserveDeparture.class;
        recording.accept(departures(Recorded.BUS, Recorded.CANCELLED));

        FailIngestion failed = (FailIngestion) log.next(FailIngestion.class);
        assertThat(failed.counts()).isEqualTo(new IngestionCounts(3, 1, 0, 2));
        assertThat(failed.reason()).contains("1 answer not recorded in full", "the log is down");
        assertThat(log.dispatched)
                .filteredOn(StartIngestion.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(
                        StartIngestion.class,
                        start -> assertThat(start.source()).isEqualTo(IngestionSource.MVG_DEPARTURES));
        assertThat(rows("lost")).isEqualTo(2);
    }

    @Test
    void a_report_that_cannot_be_written_is_kept_until_it_can() throws Exception {
        log.failOn = ObserveDeparture.class;
        log.reportsToRefuse = 3;
        recording.accept(departures(Recorded.BUS));

        assertThat(((FailIngestion) log.next(FailIngestion.class)).counts()).isEqualTo(new IngestionCounts(2, 1, 0, 1));
        assertThat(log.reportsToRefuse).isZero();
    }

    @Test
    void items_that_cannot_be_used_are_a_run_with_rejections_and_the_others_are_recorded() throws Exception {
        log.rejectLabel = "S5";
        recording.accept(departures(Recorded.BUS, "{}", Recorded.CANCELLED));

        CompleteIngestion completed = (CompleteIngestion) log.next(CompleteIngestion.class);
        assertThat(completed.counts()).isEqualTo(new IngestionCounts(4, 2, 0, 2));
        assertThat(completed.rejections())
                .extracting(rejection -> rejection.file() + " " + rejection.reason())
                .containsExactly(
                        "answer [1].plannedDepartureTime: is missing",
                        "departure of S5 at 2026-05-20T11:28:00Z not this one");
    }

    @Test
    void a_full_queue_costs_the_caller_nothing_and_is_a_failed_run() throws Exception {
        recording.stop();
        recording = recording(new RecordingSettings(1, 1, Duration.ofSeconds(10), Duration.ofMillis(1)));
        log.gate = new CountDownLatch(1);
        recording.accept(departures(Recorded.BUS));
        log.awaitGate();
        recording.accept(departures(Recorded.BUS));
        recording.accept(departures(Recorded.BUS, Recorded.CANCELLED));
        assertThat(registry.get("varve.transit.mvg.recording.queue").gauge().value())
                .isOne();
        log.gate.countDown();

        FailIngestion failed = (FailIngestion) log.next(FailIngestion.class);
        assertThat(failed.reason()).isEqualTo("1 answer not recorded in full: the queue of 1 answers was full");
        assertThat(failed.counts()).isEqualTo(new IngestionCounts(3, 0, 0, 3));
    }

    @Test
    void what_waits_is_recorded_when_the_server_stops_and_what_cannot_be_is_a_failed_run() throws Exception {
        recording.stop();
        recording = recording(new RecordingSettings(10, 1, Duration.ofMillis(50), Duration.ofMinutes(1)));
        log.gate = new CountDownLatch(1);
        recording.accept(departures(Recorded.BUS));
        log.awaitGate();
        recording.accept(departures(Recorded.CANCELLED));
        recording.stop();

        FailIngestion failed = (FailIngestion) log.next(FailIngestion.class);
        assertThat(failed.reason()).contains("the server had to stop");
        assertThat(failed.counts().rejected()).isEqualTo(4);
    }

    /** A log that keeps the commands and breaks as a test wants it. */
    private static final class Log implements CommandDispatcher {

        private final BlockingQueue<Object> dispatched = new LinkedBlockingQueue<>();
        private final BlockingQueue<Object> reports = new LinkedBlockingQueue<>();
        private final CountDownLatch atTheGate = new CountDownLatch(1);
        private volatile CountDownLatch gate = new CountDownLatch(0);
        private volatile Class<?> failOn = Void.class;
        private volatile String rejectLabel = "";
        private volatile int reportsToRefuse;

        @Override
        public CommandReceipt dispatch(Object command) {
            boolean report = command instanceof StartIngestion
                    || command instanceof FailIngestion
                    || command instanceof CompleteIngestion;
            if (!report) {
                passTheGate();
            } else if (reportsToRefuse > 0) {
                reportsToRefuse--;
                throw new IllegalStateException("the log is down");
            }
            if (failOn.isInstance(command)) {
                throw new IllegalStateException("the log is down");
            }
            if (command instanceof RegisterLine line && line.label().equals(rejectLabel)) {
                throw new Rejected("transit", "not-this-one", null, "not this one");
            }
            dispatched.add(command);
            if (report) {
                reports.add(command);
            }
            return new CommandReceipt(1, 0, 1, null);
        }

        private void passTheGate() {
            atTheGate.countDown();
            try {
                if (!gate.await(10, TimeUnit.SECONDS)) {
                    throw new AssertionError("the gate stayed shut");
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException("cut off", e);
            }
        }

        private void awaitGate() throws InterruptedException {
            assertThat(atTheGate.await(10, TimeUnit.SECONDS)).isTrue();
        }

        private Object next(Class<?> type) throws InterruptedException {
            while (true) {
                Object report = reports.poll(10, TimeUnit.SECONDS);
                assertThat(report).as("a " + type.getSimpleName()).isNotNull();
                if (type.isInstance(report)) {
                    return report;
                }
            }
        }
    }
}
