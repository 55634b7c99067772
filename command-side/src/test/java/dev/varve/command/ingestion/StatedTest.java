package dev.varve.command.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StatedTest {

    private static final Instant NOON = Instant.parse("2025-10-02T12:00:00Z");

    private final Stated stated = new Stated(RowStatements.none());
    private final HeldRows readModel = new HeldRows();
    private final List<String> differing = new ArrayList<>();

    @Test
    void rows_are_equal_whatever_types_the_two_sides_keep_their_values_in() {
        stated.add(said("a", NOON, "size", 3, "ratio", 2.0, "at", NOON.plusNanos(1), "modes", List.of("BUS", "TRAM")));
        readModel.hold("a", "size", 3L, "ratio", 2, "at", NOON, "modes", Arrays.asList("BUS", "TRAM"), "more", "x");

        assertThat(compared().isEqual()).isTrue();
    }

    @Test
    void members_of_a_json_object_are_compared_and_what_is_not_spoken_of_is_not() {
        stated.add(said("a", NOON, "details.direction", "north", "details.trip", null));
        readModel.hold("a", "details", Map.of("direction", "north", "network", "swm"));

        assertThat(compared().isEqual()).isTrue();
    }

    @Test
    void of_what_is_said_twice_the_later_counts_column_by_column() {
        stated.add(said("a", NOON, "delay", 60, "platform", "1"));
        stated.add(said("a", NOON.plusSeconds(1), "delay", 120));
        stated.add(said("a", NOON.minusSeconds(1), "platform", "2"));
        readModel.hold("a", "delay", 120, "platform", "1");

        assertThat(compared().isEqual()).isTrue();
    }

    @Test
    void a_missing_row_and_a_row_that_says_something_else_are_named() {
        stated.add(said("a", NOON, "delay", 60));
        stated.add(said("b", NOON, "delay", 60));
        stated.add(said("c", NOON, "delay", null));
        readModel.hold("a", "delay", 61);
        readModel.hold("c", "delay", null);

        Checksum sum = compared();

        assertThat(sum.isEqual()).isFalse();
        assertThat(sum.differing()).isEqualTo(2);
        assertThat(sum.examples()).containsExactly("a", "b");
        assertThat(differing).containsExactly("t a", "t b");
        assertThat(sum.source()).isNotEqualTo(sum.readModel());
    }

    @Test
    void the_digest_does_not_depend_on_the_order_of_rows() {
        Stated other = new Stated(RowStatements.none());
        stated.add(said("a", NOON, "delay", 60));
        stated.add(said("b", NOON, "delay", 90));
        other.add(said("b", NOON, "delay", 90));
        other.add(said("a", NOON, "delay", 60));

        assertThat(compared().source())
                .isEqualTo(other.compareWith(readModel, (table, key) -> {})
                        .getFirst()
                        .source());
    }

    private Checksum compared() {
        return stated.compareWith(readModel, (table, key) -> differing.add(table + " " + key))
                .getFirst();
    }

    private static StatedRow said(String key, Instant at, @Nullable Object... namesAndValues) {
        return new StatedRow("t", key, columns(namesAndValues), at);
    }

    private static Map<String, @Nullable Object> columns(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> columns = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            columns.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return columns;
    }

    private static final class HeldRows implements ReadModel {

        private final Map<String, Map<String, @Nullable Object>> rows = new HashMap<>();

        void hold(String key, @Nullable Object... namesAndValues) {
            rows.put(key, columns(namesAndValues));
        }

        @Override
        public Optional<String> awaitWritten() {
            return Optional.empty();
        }

        @Override
        public boolean has(String table) {
            return true;
        }

        @Override
        public Map<String, Map<String, @Nullable Object>> rows(
                String table, Collection<String> columns, Collection<String> keys) {
            return rows;
        }
    }
}
