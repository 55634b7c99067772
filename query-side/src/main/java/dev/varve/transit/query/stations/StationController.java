package dev.varve.transit.query.stations;

import static dev.varve.transit.query.generated.Tables.STATION;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.when;

import dev.varve.query.NotFound;
import dev.varve.query.Page;
import dev.varve.query.PlainText;
import dev.varve.query.Reads;
import dev.varve.query.Resources;
import dev.varve.query.SearchKey;
import dev.varve.transit.events.TransportMode;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.Arrays;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/transit/stations")
@Reads(StationProjection.class)
class StationController {

    private final DSLContext database;

    StationController(DSLContext database) {
        this.database = database;
    }

    /** Stations whose name or place holds the query, those that begin with it first. */
    @GetMapping
    Page<StationView> search(
            @RequestParam(required = false) @PlainText @Nullable String query,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(defaultValue = "0") @Min(0) @Max(1_000_000) int offset) {
        String wanted = query == null ? "" : SearchKey.of(query);
        Condition matching = wanted.isEmpty() ? noCondition() : STATION.SEARCH_KEY.contains(wanted);
        Field<Integer> beginning =
                when(STATION.SEARCH_KEY.startsWith(wanted), DSL.inline(0)).otherwise(DSL.inline(1));
        var ordered = wanted.isEmpty()
                ? database.selectFrom(STATION).where(matching).orderBy(STATION.SEARCH_KEY, STATION.STATION_ID)
                : database.selectFrom(STATION)
                        .where(matching)
                        .orderBy(beginning, STATION.SEARCH_KEY, STATION.STATION_ID);
        return Page.of(ordered.limit(limit + 1).offset(offset).fetch(StationController::view), limit, offset);
    }

    @GetMapping("/{id}")
    ResponseEntity<StationView> station(@PathVariable @PlainText String id) {
        StationView station = database.selectFrom(STATION)
                .where(STATION.STATION_ID.eq(id))
                .fetchOptional(StationController::view)
                .orElseThrow(() -> new NotFound("transit", "unknown-station", "no station has the id " + id));
        return Resources.at(station.version(), station.position(), station);
    }

    private static StationView view(Record row) {
        return new StationView(
                row.get(STATION.STATION_ID),
                row.get(STATION.NAME),
                row.get(STATION.PLACE),
                row.get(STATION.LATITUDE),
                row.get(STATION.LONGITUDE),
                Arrays.stream(row.get(STATION.MODES))
                        .map(TransportMode::valueOf)
                        .toList(),
                row.get(STATION.TIMEZONE),
                row.get(STATION.VERSION),
                row.get(STATION.POSITION));
    }
}
