package dev.varve.transit.command.ingestion;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.varve.command.Outcome;
import dev.varve.command.Rejected;
import dev.varve.transit.events.IngestionCounts;
import dev.varve.transit.events.IngestionEvent.IngestionFailed;
import dev.varve.transit.events.IngestionEvent.IngestionRetried;
import dev.varve.transit.events.IngestionEvent.IngestionStarted;
import dev.varve.transit.events.IngestionEvent.IngestionSucceeded;
import dev.varve.transit.events.IngestionRejection;
import dev.varve.transit.events.IngestionRunId;
import dev.varve.transit.events.IngestionSource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.TestExecutor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IngestionRunTest {

    private static final IngestionRunId ID = new IngestionRunId("run-1");
    private static final Instant AT = Instant.parse("2026-05-20T11:00:00Z");
    private static final IngestionCounts COUNTS = new IngestionCounts(3, 1, 1, 1);
    private static final List<IngestionRejection> REJECTIONS =
            List.of(new IngestionRejection("stops.txt", 7, "no such time zone"));
    private static final Map<String, String> CONTEXT = Map.of("file", "feed.zip");
    private static final StartIngestion START =
            new StartIngestion(ID, "import gtfs", IngestionSource.GTFS, CONTEXT, AT);
    private static final IngestionStarted STARTED =
            new IngestionStarted(ID, "import gtfs", IngestionSource.GTFS, CONTEXT, AT);
    private static final IngestionRetried RETRIED = new IngestionRetried(ID, AT);
    private static final IngestionSucceeded SUCCEEDED = new IngestionSucceeded(ID, COUNTS, REJECTIONS, "all well", AT);
    private static final IngestionFailed FAILED = new IngestionFailed(ID, COUNTS, REJECTIONS, "disk full", AT);
    private static final CompleteIngestion COMPLETE = new CompleteIngestion(ID, COUNTS, REJECTIONS, "all well", AT);
    private static final FailIngestion FAIL = new FailIngestion(ID, COUNTS, REJECTIONS, "disk full", AT);
    private static final RetryIngestion RETRY = new RetryIngestion(ID, AT);

    private final AggregateTestFixture<IngestionRun> fixture = new AggregateTestFixture<>(IngestionRun.class);

    @Test
    void a_run_starts_succeeds_and_is_over() {
        fixture.givenNoPriorActivity().when(START).expectEvents(STARTED).expectResultMessagePayload(Outcome.CREATED);
        fixture.given(STARTED).when(COMPLETE).expectEvents(SUCCEEDED);
        for (Object command : List.of(COMPLETE, FAIL, RETRY)) {
            assertRejected(fixture.given(STARTED, SUCCEEDED), command, "succeeded and is over");
        }
        assertRejected(fixture.given(STARTED, SUCCEEDED), START, "was started before");
    }

    @Test
    void the_same_start_again_writes_nothing() {
        fixture.given(STARTED).when(START).expectNoEvents().expectResultMessagePayload(Outcome.UNCHANGED);
    }

    @Test
    void another_start_of_a_known_run_is_rejected() {
        assertRejected(
                fixture.given(STARTED),
                new StartIngestion(ID, "import gtfs", IngestionSource.WEATHER, CONTEXT, AT),
                "was started before");
    }

    @Test
    void a_failed_run_ends_again_only_after_a_retry() {
        fixture.given(STARTED).when(FAIL).expectEvents(FAILED);
        assertRejected(fixture.given(STARTED, FAILED), COMPLETE, "failed; retry it before it can end again");
        assertRejected(fixture.given(STARTED, FAILED), FAIL, "failed; retry it before it can end again");
        fixture.given(STARTED, FAILED).when(RETRY).expectEvents(RETRIED);
        fixture.given(STARTED, FAILED, RETRIED).when(COMPLETE).expectEvents(SUCCEEDED);
    }

    @Test
    void a_run_that_was_cut_off_can_be_taken_up_again() {
        fixture.given(STARTED).when(RETRY).expectEvents(RETRIED);
        fixture.given(STARTED, RETRIED).when(RETRY).expectEvents(RETRIED);
        fixture.given(STARTED, RETRIED).when(FAIL).expectEvents(FAILED);
    }

    @Test
    void a_run_that_never_started_cannot_end() {
        fixture.givenNoPriorActivity().when(COMPLETE).expectException(AggregateNotFoundException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "-1,0,0,-1,counts.read",
        "1,2,0,-1,counts.recorded",
        "1,0,-1,2,counts.unchanged",
        "2,1,1,1,counts",
        "3,1,1,0,counts"
    })
    void counts_add_up(long read, long recorded, long unchanged, long rejected, String field) {
        IngestionCounts counts = new IngestionCounts(read, recorded, unchanged, rejected);
        assertThatExceptionOfType(Rejected.class)
                .isThrownBy(() -> new CompleteIngestion(ID, counts, List.of(), null, AT))
                .returns(field, Rejected::field);
    }

    private static void assertRejected(TestExecutor<IngestionRun> given, Object command, String why) {
        given.when(command)
                .expectNoEvents()
                .expectException(Rejected.class)
                .expectExceptionMessage("ingestion run run-1 " + why);
    }
}
