package dev.varve.eventstore.axon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.modelling.command.AnnotationCommandTargetResolver;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.axonframework.modelling.command.TargetAggregateVersion;
import org.axonframework.modelling.command.VersionedAggregateIdentifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RememberingCommandTargetResolverTest {

    private final RememberingCommandTargetResolver resolver = new RememberingCommandTargetResolver();

    record OfRecord(@TargetAggregateIdentifier String id) {}

    record WithVersion(
            @TargetAggregateIdentifier String id,
            @TargetAggregateVersion long version) {}

    record WithText(
            @TargetAggregateIdentifier String id,
            @Nullable @TargetAggregateVersion String version) {}

    private record Hidden(@TargetAggregateIdentifier Object id) {}

    static class Held {
        @TargetAggregateIdentifier
        private final String id = "held";
    }

    static final class Inherited extends Held {
        @TargetAggregateVersion
        Integer version() {
            return 3;
        }
    }

    record Nobody(@Nullable @TargetAggregateIdentifier String id) {}

    record Unmarked(String id) {}

    record Failing(String id) {
        @TargetAggregateIdentifier
        String target() {
            throw new IllegalStateException("no target");
        }
    }

    static Object[] commands() {
        return new Object[] {
            new OfRecord("a"),
            new WithVersion("b", 7),
            new WithText("c", "12"),
            new WithText("c", null),
            new Hidden(5L),
            new Held(),
            new Inherited()
        };
    }

    @ParameterizedTest
    @MethodSource("commands")
    void a_target_is_the_one_that_axon_finds(Object command) {
        VersionedAggregateIdentifier axons = AnnotationCommandTargetResolver.builder()
                .build()
                .resolveTarget(GenericCommandMessage.asCommandMessage(command));

        for (int time = 0; time < 2; time++) {
            assertThat(target(command)).isEqualTo(axons);
        }
    }

    @Test
    void a_command_without_a_target_is_named() {
        assertThatThrownBy(() -> target(new Nobody(null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Nobody");
        assertThatThrownBy(() -> target(new Unmarked("a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Unmarked");
    }

    @Test
    void a_target_that_cannot_be_read_keeps_its_cause() {
        assertThatThrownBy(() -> target(new WithText("c", "soon")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasRootCauseInstanceOf(NumberFormatException.class);
        assertThatThrownBy(() -> target(new Failing("a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasRootCauseMessage("no target");
    }

    private VersionedAggregateIdentifier target(Object command) {
        return resolver.resolveTarget(GenericCommandMessage.asCommandMessage(command));
    }
}
