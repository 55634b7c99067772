package dev.varve.app.settings;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.ValidatorFactory;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.util.unit.DataSize;

/** Finds values that cannot be read, or break the rules of their settings record. */
final class BrokenSettings {

    private final Binder binder;
    private final Validator validator;
    private final List<String> violations = new ArrayList<>();

    private BrokenSettings(Binder binder, Validator validator) {
        this.binder = binder;
        this.validator = validator;
    }

    static List<String> in(ConfigurableEnvironment environment, Map<SettingsShape, Class<?>> records) {
        try (ValidatorFactory factory = Validation.buildDefaultValidatorFactory()) {
            BrokenSettings broken = new BrokenSettings(Binder.get(environment), factory.getValidator());
            records.forEach(broken::check);
            return List.copyOf(broken.violations);
        }
    }

    private void check(SettingsShape shape, Class<?> type) {
        int before = violations.size();
        shape.leaves().forEach(this::checkReadable);
        if (violations.size() == before) {
            checkRules(shape.prefix(), type);
        }
    }

    private void checkReadable(String name, Type type) {
        try {
            binder.bind(name, Bindable.of(ResolvableType.forType(type)));
        } catch (BindException e) {
            Object value = e.getProperty() == null ? null : e.getProperty().getValue();
            violations.add("%s is %s, and must be %s".formatted(e.getName(), shown(name, value), words(type)));
        }
    }

    private void checkRules(String prefix, Class<?> type) {
        try {
            for (ConstraintViolation<?> broken : validator.validate(binder.bindOrCreate(prefix, Bindable.of(type)))) {
                violations.add(ruleBroken(prefix, broken));
            }
        } catch (BindException e) {
            // A record's own constructor says property, value and bound of each.
            violations.addAll(Arrays.asList(root(e).split("; ")));
        }
    }

    private static String ruleBroken(String prefix, ConstraintViolation<?> broken) {
        String path = broken.getPropertyPath().toString().replaceAll("\\.?<[^>]*>", "");
        String name = Arrays.stream(path.split("\\."))
                .map(DataObjectPropertyName::toDashedForm)
                .collect(Collectors.joining(".", prefix + ".", ""));
        return "%s is %s, and %s".formatted(name, shown(name, broken.getInvalidValue()), broken.getMessage());
    }

    private static String root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    private static String shown(String name, @Nullable Object value) {
        if (value == null) {
            return "not set";
        }
        return name.matches("(.*[.-])?(password|passphrase|secret|token|key|credentials?)")
                ? "(not shown)"
                : "'" + String.valueOf(value).replaceAll("//[^/@]*@", "//(not shown)@") + "'";
    }

    private static String words(Type type) {
        if (type instanceof ParameterizedType generic) {
            return "a list of " + words(generic.getActualTypeArguments()[0]);
        }
        if (!(type instanceof Class<?> plain)) {
            return type.getTypeName();
        }
        if (plain.isEnum()) {
            return Arrays.stream(plain.getEnumConstants())
                    .map(constant ->
                            String.valueOf(constant).toLowerCase(Locale.ROOT).replace('_', '-'))
                    .collect(Collectors.joining(", ", "one of ", ""));
        }
        return Map.<Class<?>, String>of(
                        int.class, "a whole number",
                        long.class, "a whole number",
                        double.class, "a number",
                        boolean.class, "true or false",
                        Duration.class, "a duration such as 500ms, 10s or 5m",
                        DataSize.class, "a size such as 64KB or 4MB",
                        URI.class, "an address such as https://example.org")
                .getOrDefault(plain, "a " + plain.getSimpleName());
    }
}
