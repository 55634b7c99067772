package dev.varve.app.settings;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Finds what was set and nobody reads.
 *
 * <p>Environment variables are judged only below the prefix of a settings record: others that begin with {@code VARVE_}
 * belong to the command line.
 */
final class UnknownSettings {

    private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of(SettingsCheck.ROOT);

    private UnknownSettings() {}

    static List<String> in(ConfigurableEnvironment environment, Collection<SettingsShape> shapes) {
        TreeSet<String> unknown = new TreeSet<>();
        properties(environment)
                .filter(ROOT::isAncestorOf)
                .map(UnknownSettings::withoutIndices)
                .filter(name -> shapes.stream().noneMatch(shape -> shape.covers(name)))
                .map(name -> "%s is not known; %s".formatted(name, known(name, shapes)))
                .forEach(unknown::add);
        variables(environment)
                .filter(variable -> shapes.stream().noneMatch(shape -> shape.coversVariable(variable)))
                .forEach(variable -> shapes.stream()
                        .filter(shape -> shape.claims(variable))
                        .map(shape -> "environment variable %s is not known; %s".formatted(variable, names(shape)))
                        .forEach(unknown::add));
        return List.copyOf(unknown);
    }

    private static Stream<ConfigurationPropertyName> properties(ConfigurableEnvironment environment) {
        return StreamSupport.stream(
                        ConfigurationPropertySources.get(environment).spliterator(), false)
                .filter(source -> !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource))
                .filter(IterableConfigurationPropertySource.class::isInstance)
                .flatMap(source -> ((IterableConfigurationPropertySource) source).stream());
    }

    private static Stream<String> variables(ConfigurableEnvironment environment) {
        return environment.getPropertySources().stream()
                .filter(SystemEnvironmentPropertySource.class::isInstance)
                .flatMap(source -> Arrays.stream(((SystemEnvironmentPropertySource) source).getPropertyNames()))
                .filter(name -> name.toUpperCase(Locale.ROOT).startsWith("VARVE_"));
    }

    private static String withoutIndices(ConfigurationPropertyName name) {
        return IntStream.range(0, name.getNumberOfElements())
                .filter(n -> !name.isNumericIndex(n))
                .mapToObj(n -> name.getElement(n, Form.ORIGINAL))
                .collect(Collectors.joining("."));
    }

    private static String known(String name, Collection<SettingsShape> shapes) {
        return shapes.stream()
                .filter(shape -> name.startsWith(shape.prefix() + "."))
                .map(UnknownSettings::names)
                .findFirst()
                .orElseGet(() -> "known are those below "
                        + shapes.stream().map(SettingsShape::prefix).sorted().collect(Collectors.joining(", ")));
    }

    private static String names(SettingsShape shape) {
        return "known below %s: %s"
                .formatted(
                        shape.prefix(),
                        Stream.concat(shape.leaves().keySet().stream(), shape.open().stream())
                                .map(name -> name.substring(shape.prefix().length() + 1))
                                .sorted()
                                .collect(Collectors.joining(", ")));
    }
}
