package dev.varve.clinical.query.recordings;

import static dev.varve.clinical.query.generated.Tables.RECORDING;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.row;

import dev.varve.query.NotFound;
import dev.varve.query.PlainText;
import dev.varve.query.Reads;
import dev.varve.query.Resources;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.security.Principal;
import java.util.List;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.TypeMismatchException;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;

/** The predecessor's queries, and the work queue. */
@RestController
@RequestMapping("/api/v1/recordings")
@Reads(RecordingProjection.class)
class RecordingController {

    private static final String STATUSES = "pending|uploading|queued|processing|completed|error";

    private final DSLContext database;
    private final RecordingViews views;
    private final String localClinician;

    /** @param localClinician who is asking where nobody has to sign in */
    RecordingController(
            DSLContext database,
            RecordingViews views,
            @Value("${varve.clinical.local-clinician:current-clinician}") String localClinician) {
        this.database = database;
        this.views = views;
        this.localClinician = localClinician;
    }

    /** The current clinician's recordings, newest first; where the list goes on, {@code Link} says where. */
    @GetMapping
    ResponseEntity<List<RecordingView>> recordings(
            @RequestParam(required = false) @Pattern(regexp = STATUSES) @Nullable String status,
            @RequestParam(name = "clinician_id", required = false) @PlainText @Nullable String clinicianId,
            @RequestParam(defaultValue = "100") @Min(1) @Max(500) int limit,
            @RequestParam(required = false) @Nullable String cursor,
            @Nullable Principal caller) {
        Condition wanted = RECORDING.CLINICIAN_ID.eq(clinicianId == null ? clinician(caller) : clinicianId);
        if (status != null) {
            wanted = wanted.and(RECORDING.STATUS.eq(status));
        }
        List<RecordingView> found = database.selectFrom(RECORDING)
                .where(wanted)
                .and(after(cursor))
                .orderBy(RECORDING.CREATED_AT.desc(), RECORDING.RECORDING_ID.desc())
                .limit(limit + 1)
                .fetch(views::of);
        if (found.size() <= limit) {
            return ResponseEntity.ok(found);
        }
        List<RecordingView> page = found.subList(0, limit);
        return ResponseEntity.ok()
                .header(HttpHeaders.LINK, next(page.getLast(), status, clinicianId, limit))
                .body(page);
    }

    @GetMapping(path = "/{id}", params = "!at")
    ResponseEntity<RecordingView> recording(@PathVariable UUID id) {
        RecordingView found = database.selectFrom(RECORDING)
                .where(RECORDING.RECORDING_ID.eq(id))
                .fetchOptional(views::of)
                .orElseThrow(() -> new NotFound("clinical", "recording-not-found", "Recording not found"));
        return Resources.at(found.version(), found.position(), found);
    }

    /** What waits to be worked on, over all clinicians, oldest first. */
    @GetMapping("/work-queue")
    List<WorkView> due(@RequestParam(defaultValue = "100") @Min(1) @Max(500) int limit) {
        return database.select(
                        RECORDING.RECORDING_ID,
                        RECORDING.STATUS,
                        RECORDING.DUE_SINCE,
                        RECORDING.RETRY_COUNT,
                        RECORDING.CLINICIAN_ID,
                        RECORDING.VERSION)
                .from(RECORDING)
                .where(RECORDING.DUE_SINCE.isNotNull())
                .orderBy(RECORDING.DUE_SINCE, RECORDING.RECORDING_ID)
                .limit(limit)
                .fetch(work -> new WorkView(
                        work.value1(), work.value2(), work.value3(), work.value4(), work.value5(), work.value6()));
    }

    private static Condition after(@Nullable String cursor) {
        if (cursor == null) {
            return noCondition();
        }
        Cursor place = Cursor.of(cursor).orElseThrow(() -> {
            TypeMismatchException malformed = new TypeMismatchException(cursor, Cursor.class);
            malformed.initPropertyName("cursor");
            return malformed;
        });
        return row(RECORDING.CREATED_AT, RECORDING.RECORDING_ID).lt(place.at(), place.id());
    }

    private static String next(RecordingView last, @Nullable String status, @Nullable String clinicianId, int limit) {
        UriComponentsBuilder next = UriComponentsBuilder.fromPath("/api/v1/recordings")
                .queryParam("limit", limit)
                .queryParam("cursor", new Cursor(last.createdAt(), last.id()).text());
        if (status != null) {
            next.queryParam("status", status);
        }
        if (clinicianId != null) {
            next.queryParam("clinician_id", "{clinician}");
        }
        return "<"
                + next.encode()
                        .buildAndExpand(clinicianId == null ? "" : clinicianId)
                        .toUriString() + ">; rel=\"next\"";
    }

    /** The same name under which the command side records: that of the key or of the token's subject. */
    private String clinician(@Nullable Principal caller) {
        String name = caller == null ? "local" : caller.getName();
        int colon = name.indexOf(':');
        return colon < 0 ? localClinician : name.substring(colon + 1);
    }
}
