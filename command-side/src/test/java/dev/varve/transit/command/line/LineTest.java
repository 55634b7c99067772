package dev.varve.transit.command.line;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.varve.command.Outcome;
import dev.varve.command.Rejected;
import dev.varve.transit.events.LineEvent.LineChanged;
import dev.varve.transit.events.LineEvent.LineRegistered;
import dev.varve.transit.events.LineId;
import dev.varve.transit.events.TransportMode;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineTest {

    private static final LineId ID = new LineId("swm:03132:G:H:016");
    private static final LineRegistered REGISTERED =
            new LineRegistered(ID, "U3", TransportMode.UBAHN, "SWM", "Moosach - Fürstenried West", "#EC6726");

    private final AggregateTestFixture<Line> fixture = new AggregateTestFixture<>(Line.class);

    @Test
    void an_unknown_line_becomes_known() {
        fixture.givenNoPriorActivity()
                .when(new RegisterLine(ID, "U3", TransportMode.UBAHN, "SWM", "Moosach - Fürstenried West", "#EC6726"))
                .expectEvents(REGISTERED)
                .expectResultMessagePayload(Outcome.CREATED);
    }

    @Test
    void a_new_line_whose_source_names_no_operator_is_run_by_mvg() {
        fixture.givenNoPriorActivity()
                .when(new RegisterLine(ID, "U3", TransportMode.UBAHN, null, null, null))
                .expectEvents(new LineRegistered(ID, "U3", TransportMode.UBAHN, "MVG", null, null));
    }

    @Test
    void what_is_known_already_writes_nothing() {
        fixture.given(REGISTERED)
                .when(new RegisterLine(ID, "U3", TransportMode.UBAHN, null, null, null))
                .expectNoEvents()
                .expectResultMessagePayload(Outcome.UNCHANGED);
    }

    @Test
    void a_known_line_is_updated_and_keeps_what_the_source_is_silent_about() {
        fixture.given(REGISTERED)
                .when(new RegisterLine(ID, "U3X", TransportMode.UBAHN, null, null, "#000000"))
                .expectEvents(
                        new LineChanged(ID, "U3X", TransportMode.UBAHN, "SWM", "Moosach - Fürstenried West", "#000000"))
                .expectResultMessagePayload(Outcome.CHANGED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC6726", "#EC672", "#EC6726FF", "red"})
    void a_color_looks_like_rrggbb(String color) {
        assertThatExceptionOfType(Rejected.class)
                .isThrownBy(() -> new RegisterLine(ID, "U3", TransportMode.UBAHN, null, null, color))
                .returns("colorHex", Rejected::field);
    }
}
