package dev.varve.transit.command.ingestion;

import static dev.varve.transit.command.CommandApi.assertRejected;
import static dev.varve.transit.command.CommandApi.invalidFields;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.transit.command.CommandApi;
import dev.varve.transit.command.LogInMemory;
import dev.varve.transit.events.IngestionEvent.IngestionFailed;
import dev.varve.transit.events.IngestionEvent.IngestionStarted;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.util.SimpleIdGenerator;

class IngestionControllerTest {

    private static final String RUN = "00000000-0000-0000-0000-000000000001";
    private static final String COMPLETE = "/ingestion-runs/" + RUN + "/complete";
    private static final String COUNTS =
            "\"counts\": {\"read\": 2, \"recorded\": 1, \"unchanged\": 0, \"rejected\": 1}";

    private final LogInMemory log = new LogInMemory();
    private final CommandApi api = new CommandApi(new IngestionController(
            log, new SimpleIdGenerator(), Clock.fixed(Instant.parse("2026-05-20T11:00:00Z"), ZoneOffset.UTC)));

    @Test
    void a_run_is_started_under_a_drawn_id_and_ends() {
        assertThat(start())
                .hasStatus(201)
                .hasHeader("Location", "/api/v1/transit/ingestion-runs/" + RUN)
                .bodyJson()
                .extractingPath("$.ingestionRunId")
                .isEqualTo(RUN);
        assertThat(api.post(COMPLETE, "{\"status\": \"FAILED\", \"notes\": \"disk full\", " + COUNTS + "}"))
                .hasStatus(200)
                .hasHeader("ETag", "\"1\"")
                .hasHeader("Varve-Position", "2");
        assertThat(log.events().getFirst()).isInstanceOf(IngestionStarted.class);
        assertThat(log.events().getLast())
                .isInstanceOfSatisfying(
                        IngestionFailed.class, e -> assertThat(e.reason()).isEqualTo("disk full"));
    }

    @Test
    void nothing_comes_after_success() {
        start();
        String success = "{\"status\": \"SUCCESS\", " + COUNTS + "}";
        assertThat(api.post(COMPLETE, success)).hasStatus(200);
        assertRejected(api.post(COMPLETE, success), "ingestion-succeeded", "ingestionRunId");
        assertThat(log.events()).hasSize(2);
    }

    @Test
    void a_failure_says_why_and_counts_add_up() {
        start();
        assertRejected(
                api.post(COMPLETE, "{\"status\": \"FAILED\", " + COUNTS + "}"), "failure-without-reason", "notes");
        assertRejected(
                api.post(
                        COMPLETE,
                        "{\"status\": \"SUCCESS\", \"counts\": {\"read\": 2, \"recorded\": 0, \"unchanged\": 0,"
                                + " \"rejected\": 1}}"),
                "out-of-bounds",
                "counts");
        assertThat(log.events()).hasSize(1);
    }

    @Test
    void a_status_that_no_run_ends_with_is_400() {
        start();
        assertThat(api.post(COMPLETE, "{\"status\": \"completed\", " + COUNTS + "}"))
                .hasStatus(400);
        assertThat(invalidFields(api.post(COMPLETE, "{" + COUNTS + "}"))).containsExactly("status");
    }

    private MvcTestResult start() {
        return api.post("/ingestion-runs", "{\"jobName\": \"nightly\", \"source\": \"GTFS\"}");
    }
}
