package dev.varve.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.varve.app.operator.OperatorError;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.validation.annotation.Validated;

class SettingsCheckTest {

    @ConfigurationProperties("varve.gate")
    @Validated
    record GateSettings(
            @DefaultValue("8") @Max(64) int openDoors,
            @DefaultValue("2s") Duration waitFor,
            @Nullable @Size(min = 12) String adminPassword,
            @DefaultValue List<String> names,
            @Name("notify") @DefaultValue("true") boolean notifying,
            @DefaultValue Map<String, String> labels,
            @DefaultValue @Valid Bell bell) {

        record Bell(@DefaultValue("1") @Max(10) int loudness) {}
    }

    @ConfigurationProperties("varve.gate.garden")
    record GardenSettings(@DefaultValue("1") int rakes) {}

    @ConfigurationProperties("varve.cellar")
    record CellarSettings(
            @DefaultValue("1") int depth, @DefaultValue("1") int width) {

        CellarSettings {
            List<String> violations = new ArrayList<>();
            if (depth > 9) {
                violations.add("varve.cellar.depth is %d and must be 1 to 9".formatted(depth));
            }
            if (width > 9) {
                violations.add("varve.cellar.width is %d and must be 1 to 9".formatted(width));
            }
            if (!violations.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", violations));
            }
        }
    }

    private static Optional<String> complaint(Map<String, Object> properties, Map<String, Object> variables) {
        StandardEnvironment environment = new StandardEnvironment() {
            @Override
            protected void customizePropertySources(MutablePropertySources sources) {
                sources.addFirst(new SystemEnvironmentPropertySource(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new HashMap<>(variables)));
                sources.addFirst(new MapPropertySource("test", new HashMap<>(properties)));
            }
        };
        DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
        beans.registerBeanDefinition("gate", new RootBeanDefinition(GateSettings.class));
        beans.registerBeanDefinition("garden", new RootBeanDefinition(GardenSettings.class));
        beans.registerBeanDefinition("cellar", new RootBeanDefinition(CellarSettings.class));
        Throwable failure = catchThrowable(() -> new SettingsCheck(environment).postProcessBeanFactory(beans));
        if (failure == null) {
            return Optional.empty();
        }
        assertThat(failure).isInstanceOf(OperatorError.class);
        return Optional.of(String.valueOf(failure.getMessage()));
    }

    @Test
    void what_is_known_and_within_bounds_passes_in_every_spelling() {
        assertThat(complaint(
                        Map.of(
                                "varve.gate.openDoors", "3",
                                "varve.gate.names[0]", "north",
                                "varve.gate.notify", "false",
                                "varve.gate.labels.colour", "red",
                                "varve.gate.bell.loudness", "2",
                                "server.port", "1"),
                        Map.of(
                                "VARVE_GATE_WAITFOR", "3s",
                                "VARVE_GATE_WAIT_FOR", "3s",
                                "VARVE_GATE_NAMES_1", "south",
                                "VARVE_GATE_NOTIFY", "false",
                                "VARVE_GATE_GARDEN_RAKES", "2",
                                "VARVE_DATABASE_PASSWORD", "of the command line")))
                .isEmpty();
    }

    @Test
    void unknown_names_are_refused_wherever_they_are_below_our_root() {
        assertThat(complaint(
                        Map.of(
                                "varve.gate.open-door",
                                "3",
                                "varve.gaet.open-doors",
                                "3",
                                "varve.gate.bell.tone",
                                "c",
                                "varve.gate.notifying",
                                "false"),
                        Map.of("VARVE_GATE_OPENDOOR", "3")))
                .hasValueSatisfying(complaint -> assertThat(complaint)
                        .contains(
                                "varve.gate.open-door is not known; known below varve.gate: admin-password, bell.loudness")
                        .contains("varve.gaet.open-doors is not known; known are those below varve.cellar, varve.gate")
                        .contains("varve.gate.bell.tone is not known")
                        .contains("varve.gate.notifying is not known")
                        .contains("environment variable VARVE_GATE_OPENDOOR is not known"));
    }

    @Test
    void violations_of_all_records_are_listed_with_property_value_and_bound() {
        assertThat(complaint(
                        Map.of(
                                "varve.gate.open-doors", "65",
                                "varve.gate.bell.loudness", "11",
                                "varve.cellar.depth", "10",
                                "varve.cellar.width", "11"),
                        Map.of()))
                .hasValueSatisfying(complaint -> assertThat(complaint)
                        .contains("varve.gate.open-doors is '65', and must be less than or equal to 64")
                        .contains("varve.gate.bell.loudness is '11', and must be less than or equal to 10")
                        .contains("varve.cellar.depth is 10 and must be 1 to 9")
                        .contains("varve.cellar.width is 11 and must be 1 to 9"));
    }

    @Test
    void values_of_the_wrong_kind_are_listed_together() {
        assertThat(complaint(
                        Map.of(
                                "varve.gate.open-doors", "many",
                                "varve.gate.wait-for", "soon",
                                "varve.cellar.depth", "deep"),
                        Map.of()))
                .hasValueSatisfying(complaint -> assertThat(complaint)
                        .contains("varve.gate.open-doors is 'many', and must be a whole number")
                        .contains("varve.gate.wait-for is 'soon', and must be a duration such as")
                        .contains("varve.cellar.depth is 'deep', and must be a whole number"));
    }

    @Test
    void a_secret_is_never_shown() {
        assertThat(complaint(Map.of("varve.gate.admin-password", "hunter2"), Map.of()))
                .hasValueSatisfying(complaint -> assertThat(complaint)
                        .contains("varve.gate.admin-password is (not shown), and size must be between 12")
                        .doesNotContain("hunter2"));
    }
}
