package dev.varve.clinical.query.dailycounts;

import static dev.varve.clinical.query.generated.Tables.DAILY_COUNT;
import static org.jooq.impl.DSL.noCondition;

import dev.varve.query.CommonEra;
import dev.varve.query.Reads;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.LocalDate;
import java.util.List;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.format.annotation.DateTimeFormat;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Reads(DailyCountProjection.class)
class DailyCountController {

    private final DSLContext database;

    DailyCountController(DSLContext database) {
        this.database = database;
    }

    /** Days on which anything was counted, newest first. */
    @GetMapping("/api/v1/clinical/daily-counts")
    List<DayView> days(
            @RequestParam(required = false) @DateTimeFormat(iso = DateTimeFormat.ISO.DATE) @CommonEra @Nullable LocalDate from,
            @RequestParam(required = false) @DateTimeFormat(iso = DateTimeFormat.ISO.DATE) @CommonEra @Nullable LocalDate to,
            @RequestParam(defaultValue = "31") @Min(1) @Max(366) int limit) {
        return database.selectFrom(DAILY_COUNT)
                .where(from == null ? noCondition() : DAILY_COUNT.DAY.ge(from))
                .and(to == null ? noCondition() : DAILY_COUNT.DAY.le(to))
                .orderBy(DAILY_COUNT.DAY.desc())
                .limit(limit)
                .fetch(row -> new DayView(
                        row.get(DAILY_COUNT.DAY),
                        row.get(DAILY_COUNT.CREATED),
                        row.get(DAILY_COUNT.UPLOADED),
                        row.get(DAILY_COUNT.COMPLETED),
                        row.get(DAILY_COUNT.FAILED),
                        row.get(DAILY_COUNT.REQUEUED)));
    }

    /** One day, in UTC. */
    record DayView(LocalDate day, long created, long uploaded, long completed, long failed, long requeued) {}
}
