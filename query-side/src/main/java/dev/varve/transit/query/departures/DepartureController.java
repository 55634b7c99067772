package dev.varve.transit.query.departures;

import static dev.varve.transit.query.generated.Tables.DEPARTURE;
import static dev.varve.transit.query.generated.Tables.DEPARTURE_HISTORY;

import dev.varve.query.CommonEra;
import dev.varve.query.Json;
import dev.varve.query.NotFound;
import dev.varve.query.Page;
import dev.varve.query.PlainText;
import dev.varve.query.Reads;
import dev.varve.query.Resources;
import dev.varve.transit.events.DepartureDetails;
import dev.varve.transit.events.Occupancy;
import dev.varve.transit.events.Remark;
import dev.varve.transit.events.TransportMode;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.Select;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.type.TypeReference;

@RestController
@RequestMapping("/api/v1/transit/departures")
@Reads(DepartureProjection.class)
class DepartureController {

    private static final TypeReference<List<Remark>> REMARKS = new TypeReference<>() {};
    private static final TypeReference<DepartureDetails> DETAILS = new TypeReference<>() {};
    private static final TypeReference<Map<String, @Nullable Object>> DETAIL = new TypeReference<>() {};

    private final DSLContext database;

    DepartureController(DSLContext database) {
        this.database = database;
    }

    /** The departure board: planned order, those planned for the same instant in the order of their ids. */
    @GetMapping
    Page<DepartureView> board(
            @RequestParam(required = false) @PlainText @Nullable String station,
            @RequestParam(required = false) @CommonEra @Nullable Instant from,
            @RequestParam(required = false) @CommonEra @Nullable Instant to,
            @RequestParam(required = false) @PlainText @Nullable String line,
            @RequestParam(required = false) @Nullable TransportMode mode,
            @RequestParam(required = false) @Pattern(regexp = "on_time|delayed|cancelled|unknown") @Nullable String status,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(defaultValue = "0") @Min(0) @Max(1_000_000) int offset) {
        Wanted wanted = new Wanted(station, from, to, line, mode, status);
        return Page.of(
                select(database, wanted, limit + 1, offset).fetch().map(DepartureController::view), limit, offset);
    }

    @GetMapping("/{id}")
    ResponseEntity<DepartureView> departure(@PathVariable @PlainText String id) {
        DepartureView departure = database.selectFrom(DEPARTURE)
                .where(DEPARTURE.DEPARTURE_ID.eq(id))
                .fetchOptional(DepartureController::view)
                .orElseThrow(() -> unknown(id));
        return Resources.at(departure.version(), departure.position(), departure);
    }

    /** Every change of a departure, in the order of the log. */
    @GetMapping("/{id}/history")
    Page<DepartureChange> history(
            @PathVariable @PlainText String id,
            @RequestParam(defaultValue = "200") @Min(1) @Max(1_000) int limit,
            @RequestParam(defaultValue = "0") @Min(0) @Max(1_000_000) int offset) {
        List<DepartureChange> changes = database.selectFrom(DEPARTURE_HISTORY)
                .where(DEPARTURE_HISTORY.DEPARTURE_ID.eq(id))
                .orderBy(DEPARTURE_HISTORY.POSITION)
                .limit(limit + 1)
                .offset(offset)
                .fetch(DepartureController::change);
        if (changes.isEmpty() && offset == 0) {
            throw unknown(id);
        }
        return Page.of(changes, limit, offset);
    }

    static Select<Record> select(DSLContext database, Wanted wanted, int limit, int offset) {
        return database.selectFrom(DEPARTURE)
                .where(wanted.conditions())
                .orderBy(DEPARTURE.PLANNED_AT, DEPARTURE.DEPARTURE_ID)
                .limit(limit)
                .offset(offset);
    }

    private static NotFound unknown(String id) {
        return new NotFound("transit", "unknown-departure", "no departure has the id " + id);
    }

    private static DepartureView view(Record row) {
        @Nullable Integer delaySeconds = row.get(DEPARTURE.DELAY_SECONDS);
        return new DepartureView(
                row.get(DEPARTURE.DEPARTURE_ID),
                row.get(DEPARTURE.STATION_ID),
                row.get(DEPARTURE.LINE_ID),
                row.get(DEPARTURE.LINE_LABEL),
                TransportMode.valueOf(row.get(DEPARTURE.MODE)),
                row.get(DEPARTURE.DESTINATION),
                row.get(DEPARTURE.PLANNED_AT),
                row.get(DEPARTURE.EXPECTED_AT),
                delaySeconds,
                delaySeconds != null,
                row.get(DEPARTURE.STATUS),
                row.get(DEPARTURE.CANCELLED),
                row.get(DEPARTURE.CANCELLATION_REASON),
                row.get(DEPARTURE.PLATFORM),
                row.get(DEPARTURE.PLATFORM_CHANGED),
                Json.read(row.get(DEPARTURE.REMARKS), REMARKS),
                Occupancy.valueOf(row.get(DEPARTURE.OCCUPANCY)),
                row.get(DEPARTURE.CROWDING_LEVEL),
                Json.read(row.get(DEPARTURE.DETAILS), DETAILS),
                row.get(DEPARTURE.SOURCE),
                row.get(DEPARTURE.INGESTION_RUN_ID),
                row.get(DEPARTURE.OBSERVED_AT),
                row.get(DEPARTURE.VERSION),
                row.get(DEPARTURE.POSITION));
    }

    private static DepartureChange change(Record row) {
        return new DepartureChange(
                row.get(DEPARTURE_HISTORY.POSITION),
                row.get(DEPARTURE_HISTORY.VERSION),
                row.get(DEPARTURE_HISTORY.CHANGE),
                Json.read(row.get(DEPARTURE_HISTORY.DETAIL), DETAIL),
                row.get(DEPARTURE_HISTORY.OBSERVED_AT),
                row.get(DEPARTURE_HISTORY.RECORDED_AT));
    }

    /**
     * What the caller wants to see; null: it does not matter.
     *
     * @param from the first planned time
     * @param to the planned time that is the first too late
     * @param line a line's id or label
     */
    record Wanted(
            @Nullable String station,
            @Nullable Instant from,
            @Nullable Instant to,
            @Nullable String line,
            @Nullable TransportMode mode,
            @Nullable String status) {

        List<Condition> conditions() {
            List<Condition> conditions = new ArrayList<>();
            if (station != null) {
                conditions.add(DEPARTURE.STATION_ID.eq(station));
            }
            if (from != null) {
                conditions.add(DEPARTURE.PLANNED_AT.ge(from));
            }
            if (to != null) {
                conditions.add(DEPARTURE.PLANNED_AT.lt(to));
            }
            if (line != null) {
                conditions.add(DEPARTURE.LINE_ID.eq(line).or(DEPARTURE.LINE_LABEL.eq(line)));
            }
            if (mode != null) {
                conditions.add(DEPARTURE.MODE.eq(mode.name()));
            }
            if (status != null) {
                conditions.add(DEPARTURE.STATUS.eq(status));
            }
            return conditions;
        }
    }
}
