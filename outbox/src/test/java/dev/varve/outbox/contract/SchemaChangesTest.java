package dev.varve.outbox.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class SchemaChangesTest {

    record Rained(
            String place,
            int millimetres,
            Instant at,
            @Nullable String remark,
            List<Gauge> gauges) {}

    record Gauge(String id, double reading) {}

    record Renamed(
            String station,
            int millimetres,
            Instant at,
            @Nullable String remark,
            List<Gauge> gauges) {}

    record Retyped(
            String place,
            double millimetres,
            Instant at,
            @Nullable String remark,
            List<Gauge> gauges) {}

    record Demanding(String place, int millimetres, Instant at, String remark, List<Gauge> gauges, String observer) {}

    record Lax(
            String place,
            int millimetres,
            @Nullable Instant at,
            @Nullable String remark,
            List<Gauge> gauges) {}

    record Richer(
            String place,
            int millimetres,
            Instant at,
            @Nullable String remark,
            List<Gauge> gauges,
            @Nullable String observer) {}

    record Deep(
            String place,
            int millimetres,
            Instant at,
            @Nullable String remark,
            List<Meter> gauges) {}

    record Meter(String id, String reading) {}

    private static ObjectNode schema(Class<?> payload) {
        return new MessageSchemas()
                .of(new MessageContract("dev.varve.rained.v1", "weather.place", "It rained.", payload));
    }

    private static List<String> changes(Class<?> to) {
        return SchemaChanges.breaking(schema(Rained.class), schema(to));
    }

    @Test
    void a_schema_says_what_is_required_and_of_which_type() {
        ObjectNode schema = schema(Rained.class);

        assertThat(schema.path("required").toString()).isEqualTo("[\"at\",\"gauges\",\"millimetres\",\"place\"]");
        assertThat(schema.at("/properties/at/format").asString()).isEqualTo("date-time");
        assertThat(schema.at("/properties/gauges/items/properties/reading/type").asString())
                .isEqualTo("number");
    }

    @Test
    void a_further_field_that_may_be_absent_breaks_nobody() {
        assertThat(changes(Richer.class)).isEmpty();
    }

    @Test
    void a_renamed_field_breaks() {
        assertThat(changes(Renamed.class)).contains("'place' was removed or renamed", "'station' is newly required");
    }

    @Test
    void a_retyped_field_breaks() {
        assertThat(changes(Retyped.class)).anyMatch(change -> change.startsWith("'millimetres' has another type"));
    }

    @Test
    void a_newly_required_field_breaks() {
        assertThat(changes(Demanding.class)).contains("'observer' is newly required", "'remark' is newly required");
    }

    @Test
    void a_promise_taken_back_breaks() {
        assertThat(changes(Lax.class)).containsExactly("'at' is not required any more");
    }

    @Test
    void what_is_inside_counts_as_well() {
        assertThat(changes(Deep.class)).anyMatch(change -> change.startsWith("'gauges.[].reading' has another type"));
    }
}
