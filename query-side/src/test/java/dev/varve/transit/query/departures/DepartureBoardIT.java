package dev.varve.transit.query.departures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.projection.Projector;
import dev.varve.projection.RecordedEvent;
import dev.varve.testkit.TestDatabase;
import dev.varve.transit.events.DepartureDetails;
import dev.varve.transit.events.DepartureEvent;
import dev.varve.transit.events.DepartureEvent.DepartureCancelled;
import dev.varve.transit.events.DepartureEvent.DepartureDelayed;
import dev.varve.transit.events.DepartureEvent.DepartureOccupancyChanged;
import dev.varve.transit.events.DepartureEvent.DepartureOnTime;
import dev.varve.transit.events.DepartureEvent.DeparturePlanned;
import dev.varve.transit.events.DepartureEvent.DeparturePlatformChanged;
import dev.varve.transit.events.DepartureEvent.DepartureRealtimeLost;
import dev.varve.transit.events.DepartureEvent.DepartureReinstated;
import dev.varve.transit.events.DepartureEvent.DepartureRemarksChanged;
import dev.varve.transit.events.DepartureId;
import dev.varve.transit.events.LineId;
import dev.varve.transit.events.Occupancy;
import dev.varve.transit.events.Remark;
import dev.varve.transit.events.StationId;
import dev.varve.transit.events.TransportMode;
import dev.varve.transit.query.departures.DepartureController.Wanted;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class DepartureBoardIT {

    private static final Instant NOON = Instant.parse("2026-05-20T12:00:00Z");
    private static final DepartureId ID = new DepartureId("d1");

    private final PGSimpleDataSource dataSource = TestDatabase.migrated().dataSource();
    private final DSLContext database = DSL.using(dataSource, SQLDialect.POSTGRES);
    private final DepartureController controller = new DepartureController(database);
    private final DepartureProjection projection = new DepartureProjection();
    private final Projector projector = new Projector(dataSource);
    private long position;

    @Test
    void shows_everything_that_happened_to_a_departure() {
        String longRemark = "Bauarbeiten ".repeat(500);
        given(
                planned(ID, "de:09162:2", NOON),
                new DepartureDelayed(ID, 120, NOON.plusSeconds(120), NOON),
                new DeparturePlatformChanged(ID, "7", true, NOON),
                new DepartureOccupancyChanged(ID, Occupancy.HIGH, 90, NOON),
                new DepartureRemarksChanged(ID, List.of(new Remark(longRemark, "INCIDENT", "swm")), NOON));

        DepartureView seen = one();

        assertThat(seen.status()).isEqualTo("delayed");
        assertThat(seen.delaySeconds()).isEqualTo(120);
        assertThat(seen.expectedAt()).isEqualTo(NOON.plusSeconds(120));
        assertThat(seen.platform()).isEqualTo("7");
        assertThat(seen.platformChanged()).isTrue();
        assertThat(seen.occupancy()).isEqualTo(Occupancy.HIGH);
        assertThat(seen.crowdingLevel()).isEqualTo(90);
        assertThat(seen.remarks()).containsExactly(new Remark(longRemark, "INCIDENT", "swm"));
        assertThat(seen.details().tripCode()).isEqualTo(220);
        assertThat(seen.version()).isEqualTo(4);
        assertThat(seen.position()).isEqualTo(5);
    }

    @Test
    void tells_the_status_from_cancellation_and_delay() {
        given(planned(ID, "s", NOON));
        assertThat(one().status()).isEqualTo("unknown");
        given(new DepartureDelayed(ID, -60, NOON.minusSeconds(60), NOON));
        assertThat(one().status()).isEqualTo("on_time");
        given(new DepartureDelayed(ID, 60, NOON.plusSeconds(60), NOON), new DepartureCancelled(ID, "Streik", NOON));
        assertThat(one().status()).isEqualTo("cancelled");
        assertThat(one().cancellationReason()).isEqualTo("Streik");
        given(new DepartureReinstated(ID, NOON));
        assertThat(one().status()).isEqualTo("delayed");
        assertThat(one().cancellationReason()).isNull();
        given(new DepartureOnTime(ID, NOON));
        assertThat(one().status()).isEqualTo("on_time");
        assertThat(one().expectedAt()).isEqualTo(NOON);
        given(new DepartureRealtimeLost(ID, NOON));
        assertThat(one().status()).isEqualTo("unknown");
        assertThat(one().realtime()).isFalse();
    }

    @Test
    void keeps_every_change_with_time_and_position_however_often_it_is_projected() {
        DepartureEvent planned = planned(ID, "s", NOON);
        DepartureEvent delayed = new DepartureDelayed(ID, 60, NOON.plusSeconds(60), NOON);
        given(planned, delayed);
        position = 0;
        given(planned, delayed);

        List<DepartureChange> history = controller.history(ID.value(), 200, 0).items();

        assertThat(history).extracting(DepartureChange::change).containsExactly("planned", "delayed");
        assertThat(history).extracting(DepartureChange::position).containsExactly(1L, 2L);
        assertThat(history.get(1).detail()).containsEntry("delaySeconds", 60);
    }

    @Test
    void is_in_planned_order_with_stable_pages() {
        List<DepartureEvent> events = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            events.add(planned(new DepartureId("d%02d".formatted(29 - i)), "s", NOON.plusSeconds(i / 10)));
        }
        given(events.toArray(DepartureEvent[]::new));

        List<String> paged = new ArrayList<>();
        for (int offset = 0; offset < 30; offset += 7) {
            var page = controller.board("s", null, null, null, null, null, 7, offset);
            assertThat(page.hasMore()).isEqualTo(offset + 7 < 30);
            page.items().forEach(item -> paged.add(item.id()));
        }

        assertThat(paged)
                .hasSize(30)
                .doesNotHaveDuplicates()
                .startsWith("d20", "d21")
                .endsWith("d09");
    }

    @Test
    void of_a_station_is_read_by_its_index() throws Exception {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    INSERT INTO transit.departure (departure_id, station_id, line_id, line_label, mode, destination,
                                                   planned_at, source, observed_at, version, position)
                    SELECT md5(i::text), 's' || i % 500, 'l' || i % 50, 'L', 'BUS', 'there',
                           '2026-05-20T00:00:00Z'::timestamptz + i * interval '1 second', 'test', now(), 0, i
                    FROM generate_series(1, 100000) AS i""");
            statement.execute("ANALYZE transit.departure");
        }

        assertThat(plan(new Wanted("s7", NOON, null, null, null, null)))
                .contains("departure_by_station")
                .doesNotContain("Seq Scan", "Sort");
        assertThat(plan(new Wanted(null, NOON, null, null, null, null)))
                .contains("departure_by_planned_at")
                .doesNotContain("Seq Scan", "Sort");
    }

    private String plan(Wanted wanted) {
        return database.explain(DepartureController.select(database, wanted, 51, 0))
                .plan();
    }

    private void given(DepartureEvent... events) {
        List<RecordedEvent<DepartureEvent>> recorded = new ArrayList<>();
        for (DepartureEvent event : events) {
            position++;
            recorded.add(new RecordedEvent<>(
                    position,
                    "event-" + position,
                    event.departureId().value(),
                    position - 1,
                    NOON.plus(Duration.ofSeconds(position)),
                    Map.of(),
                    event));
        }
        projector.apply(projection, recorded);
    }

    private DepartureView one() {
        return controller
                .board(null, null, null, null, null, null, 50, 0)
                .items()
                .getFirst();
    }

    private static DeparturePlanned planned(DepartureId id, String station, Instant at) {
        return new DeparturePlanned(
                id,
                new StationId(station),
                new LineId("swm:03132:G:H:016"),
                "132",
                TransportMode.BUS,
                "Implerstraße",
                at,
                "1",
                new DepartureDetails(
                        "3670632", 220, null, null, "swm", "", "03132", false, "de:09162:2:4:4", null, "", "BUS"),
                "mvg",
                null,
                at);
    }
}
