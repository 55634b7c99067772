package dev.varve.transit.query.lines;

import static dev.varve.transit.query.generated.Tables.LINE;

import dev.varve.query.NotFound;
import dev.varve.query.Page;
import dev.varve.query.PlainText;
import dev.varve.query.Reads;
import dev.varve.query.Resources;
import dev.varve.transit.events.TransportMode;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/transit/lines")
@Reads(LineProjection.class)
class LineController {

    private final DSLContext database;

    LineController(DSLContext database) {
        this.database = database;
    }

    /** All lines by label. */
    @GetMapping
    Page<LineView> lines(
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(defaultValue = "0") @Min(0) @Max(1_000_000) int offset) {
        return Page.of(
                database.selectFrom(LINE)
                        .orderBy(LINE.LABEL, LINE.LINE_ID)
                        .limit(limit + 1)
                        .offset(offset)
                        .fetch(LineController::view),
                limit,
                offset);
    }

    @GetMapping("/{id}")
    ResponseEntity<LineView> line(@PathVariable @PlainText String id) {
        LineView line = database.selectFrom(LINE)
                .where(LINE.LINE_ID.eq(id))
                .fetchOptional(LineController::view)
                .orElseThrow(() -> new NotFound("transit", "unknown-line", "no line has the id " + id));
        return Resources.at(line.version(), line.position(), line);
    }

    private static LineView view(Record row) {
        return new LineView(
                row.get(LINE.LINE_ID),
                row.get(LINE.LABEL),
                TransportMode.valueOf(row.get(LINE.MODE)),
                row.get(LINE.OPERATOR),
                row.get(LINE.DESCRIPTION),
                row.get(LINE.COLOR_HEX),
                row.get(LINE.VERSION),
                row.get(LINE.POSITION));
    }
}
