package dev.varve.eventstore.axon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class EventTypeRegistryTest {

    private record Opened() {}

    private record Closed() {}

    @Test
    void a_name_and_its_class_find_each_other() {
        RegisteredEvent opened = new RegisteredEvent("door.opened", 2, Opened.class);
        EventTypeRegistry registry = EventTypeRegistry.of(List.of(opened));

        assertThat(registry.named("door.opened")).contains(opened);
        assertThat(registry.of(Opened.class)).contains(opened);
        assertThat(registry.of(Closed.class)).isEmpty();
    }

    @Test
    void a_name_claimed_twice_is_refused_with_both_classes_named() {
        List<RegisteredEvent> twice = List.of(
                new RegisteredEvent("door.moved", 1, Opened.class), new RegisteredEvent("door.moved", 1, Closed.class));

        assertThatThrownBy(() -> EventTypeRegistry.of(twice))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Opened.class.getName())
                .hasMessageContaining(Closed.class.getName());
    }

    @Test
    void a_class_with_two_names_is_refused() {
        List<RegisteredEvent> twice = List.of(
                new RegisteredEvent("door.opened", 1, Opened.class),
                new RegisteredEvent("gate.opened", 1, Opened.class));

        assertThatThrownBy(() -> EventTypeRegistry.of(twice)).hasMessageContaining("gate.opened");
    }
}
