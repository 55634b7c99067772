package dev.varve.transit.query;

import static dev.varve.transit.query.Events.line;
import static dev.varve.transit.query.Events.station;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.TypeMismatchException;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

/** Reading what was just written. */
class MinPositionIT {

    private static final String HEADER = "Varve-Min-Position";

    private static final TestDatabase DATABASE = TestDatabase.migrated();
    private static TransitReadModels models;
    private static TransitReadModels impatient;

    @BeforeAll
    static void start() {
        models = TransitReadModels.start(DATABASE, "varve.query.min-position-timeout=30s");
        impatient = TransitReadModels.start(
                DATABASE, "varve.query.min-position-timeout=100ms", "varve.projection.enabled=false");
    }

    @AfterAll
    static void stop() {
        impatient.close();
        models.close();
    }

    @Test
    void a_query_sees_at_least_the_position_it_asks_for() {
        for (int i = 0; i < 50; i++) {
            String id = "written-" + i;
            long position = models.record(station(id, "Name", "Place"));

            assertThat(ask(models, id, position)).hasStatusOk();
        }
    }

    @Test
    void events_that_are_of_no_concern_count_as_seen() {
        models.record(station("before", "Name", "Place"));
        long position = models.record(line("of-no-concern", "U3"));

        assertThat(ask(models, "before", position)).hasStatusOk();
    }

    @Test
    void a_position_that_is_not_reached_in_time_is_refused_with_the_time_to_try_again() {
        long beyond = models.show(station("known", "Name", "Place")) + 1_000;

        MvcTestResult answer = ask(impatient, "known", beyond);

        assertThat(answer).hasStatus(503).hasHeader("Retry-After", "1");
        assertThat(answer.getMvcResult().getResolvedException())
                .hasMessageContaining("transit.stations")
                .hasMessageContaining(String.valueOf(beyond));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "1.5", "9223372036854775808"})
    void a_position_that_is_none_is_malformed(String position) {
        MvcTestResult answer = models.http()
                .get()
                .uri("/api/v1/transit/stations")
                .header(HEADER, position)
                .exchange();

        assertThat(answer).hasStatus(400);
        assertThat(answer.getMvcResult().getResolvedException())
                .isInstanceOfSatisfying(
                        TypeMismatchException.class,
                        e -> assertThat(e.getPropertyName()).isEqualTo(HEADER));
    }

    private static MvcTestResult ask(TransitReadModels asked, String id, long position) {
        return asked.http()
                .get()
                .uri("/api/v1/transit/stations/{id}", id)
                .header(HEADER, position)
                .exchange();
    }
}
