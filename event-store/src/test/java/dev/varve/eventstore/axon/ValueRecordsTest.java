package dev.varve.eventstore.axon;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What an application wrote before it had this library is read too: there such a record was an object like any other. */
class ValueRecordsTest {

    record Iban(String value) {}

    record Money(long cents, String currency) {}

    record Fee(Money value) {}

    record Price(BigDecimal value) {}

    record Outer(Iban value) {}

    record Tags(List<String> value) {}

    record Attributes(Map<String, String> value) {}

    record Chain(@Nullable Chain value) {}

    record Account(@Nullable Iban iban, Fee fee, List<Iban> others, Map<String, Iban> byName) {}

    private final JsonMapper plain = JsonMapper.builder().build();
    private final JsonMapper ours = JsonShapes.INSTANCE.mapper();

    @Test
    void is_written_as_its_value() {
        assertThat(ours.writeValueAsString(new Iban("DE1"))).isEqualTo("\"DE1\"");
        assertThat(ours.writeValueAsString(new Fee(new Money(5, "EUR"))))
                .isEqualTo("{\"cents\":5,\"currency\":\"EUR\"}");
    }

    @Test
    void may_be_around_one_of_its_own_kind() {
        assertThat(ours.readValue("{\"value\":{\"value\":null}}", Chain.class)).isEqualTo(new Chain(null));
    }

    @Test
    void is_read_as_its_value_and_as_the_object_it_was() {
        for (Object example : List.of(
                new Iban("DE1"),
                new Fee(new Money(5, "EUR")),
                new Price(new BigDecimal("1.50")),
                new Outer(new Iban("DE1")),
                new Tags(List.of("a", "b")),
                new Account(
                        new Iban("DE1"),
                        new Fee(new Money(5, "EUR")),
                        List.of(new Iban("DE2")),
                        Map.of("x", new Iban("DE3"))),
                new Account(null, new Fee(new Money(5, "EUR")), List.of(), Map.of()))) {
            assertThat((Object) ours.readValue(ours.writeValueAsString(example), example.getClass()))
                    .isEqualTo(example);
            assertThat((Object) ours.readValue(plain.writeValueAsString(example), example.getClass()))
                    .isEqualTo(example);
        }
    }

    @Test
    void keys_of_a_map_are_never_taken_for_the_record() {
        Attributes attributes = new Attributes(Map.of("value", "x"));

        assertThat(ours.readValue(ours.writeValueAsString(attributes), Attributes.class))
                .isEqualTo(attributes);
    }
}
