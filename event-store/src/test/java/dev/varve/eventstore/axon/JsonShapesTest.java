package dev.varve.eventstore.axon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.ReplayToken;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.json.JsonMapper;

class JsonShapesTest {

    record Reason(String by, Instant at) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
    interface Shape {}

    record Circle(double radius) implements Shape {}

    record Drawn(Shape shape) {}

    private final JsonMapper ours = JsonShapes.INSTANCE.mapper();

    private static List<Object> contexts() {
        return List.of(
                "mended",
                7,
                7L,
                1.5,
                1.5f,
                true,
                new BigDecimal("1.50"),
                Instant.EPOCH,
                Duration.ofDays(1),
                Map.of("k", "v"));
    }

    @ParameterizedTest
    @MethodSource("contexts")
    void a_token_of_a_replay_is_read_back_with_its_context(Object context) {
        assertThat(readBack(ours, context).context()).isEqualTo(context);
    }

    @Test
    void a_context_of_the_application_is_read_where_its_package_is_known() {
        Reason reason = new Reason("ann", Instant.EPOCH);

        assertThat(readBack(
                                JsonShapes.with(List.of("dev.varve.eventstore.axon"))
                                        .mapper(),
                                reason)
                        .context())
                .isEqualTo(reason);
        assertThatThrownBy(() -> readBack(
                        JsonShapes.with(List.of("dev.varve.eventstore.ax")).mapper(), reason))
                .isInstanceOf(InvalidTypeIdException.class);
    }

    @Test
    void a_payload_may_name_the_class_of_an_interface_it_holds() {
        Drawn drawn = new Drawn(new Circle(1.5));

        assertThat(ours.readValue(ours.writeValueAsString(drawn), Drawn.class)).isEqualTo(drawn);
    }

    private static ReplayToken readBack(JsonMapper mapper, Object context) {
        ReplayToken token = (ReplayToken) ReplayToken.createReplayToken(
                new GlobalSequenceTrackingToken(9), new GlobalSequenceTrackingToken(3), context);
        return mapper.readValue(mapper.writeValueAsString(token), ReplayToken.class);
    }
}
