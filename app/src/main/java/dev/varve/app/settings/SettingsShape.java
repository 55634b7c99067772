package dev.varve.app.settings;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.Name;

/**
 * Which properties a settings record has.
 *
 * @param prefix of all of them
 * @param leaves each property with its type; elements of lists count under the name of the list
 * @param open names below which every further name is a property, because a map is there
 */
record SettingsShape(String prefix, Map<String, Type> leaves, List<String> open) {

    static SettingsShape of(String prefix, Class<?> type) {
        SettingsShape shape = new SettingsShape(prefix, new LinkedHashMap<>(), new ArrayList<>());
        shape.add(prefix, type);
        return shape;
    }

    private void add(String name, Type type) {
        if (type instanceof Class<?> plain && plain.isRecord()) {
            for (RecordComponent component : plain.getRecordComponents()) {
                add(name + "." + DataObjectPropertyName.toDashedForm(nameOf(component)), component.getGenericType());
            }
        } else if (type instanceof ParameterizedType generic
                && generic.getRawType() instanceof Class<?> raw
                && Map.class.isAssignableFrom(raw)) {
            open.add(name);
        } else if (type instanceof ParameterizedType generic
                && generic.getRawType() instanceof Class<?> raw
                && Collection.class.isAssignableFrom(raw)
                && generic.getActualTypeArguments()[0] instanceof Class<?> element
                && element.isRecord()) {
            add(name, element);
        } else {
            leaves.put(name, type);
        }
    }

    private static String nameOf(RecordComponent component) {
        try {
            Name given = component
                    .getDeclaringRecord()
                    .getDeclaredField(component.getName())
                    .getAnnotation(Name.class);
            return given == null ? component.getName() : given.value();
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("a record has a field for each component", e);
        }
    }

    /** @param name in its canonical form, without the indices of lists */
    boolean covers(String name) {
        String uniform = uniform(name);
        return leaves.keySet().stream().anyMatch(leaf -> uniform(leaf).equals(uniform))
                || open.stream().anyMatch(map -> uniform.startsWith(uniform(map) + "."));
    }

    /** Whether an environment variable would be one of these properties, rightly written or not. */
    boolean claims(String variable) {
        String name = variable.toUpperCase(Locale.ROOT);
        return name.startsWith(variable(prefix) + "_") || name.startsWith(variableWithDashes(prefix) + "_");
    }

    /** Whether it is one: dashes are left out or become underscores. */
    boolean coversVariable(String variable) {
        String name = variable.toUpperCase(Locale.ROOT).replaceAll("(_[0-9]+)+$", "");
        return leaves.keySet().stream()
                        .anyMatch(leaf -> variable(leaf).equals(name)
                                || variableWithDashes(leaf).equals(name))
                || open.stream().anyMatch(map -> name.startsWith(variable(map) + "_"));
    }

    private static String variable(String name) {
        return name.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
    }

    private static String variableWithDashes(String name) {
        return variable(name.replace('-', '_'));
    }

    private static String uniform(String name) {
        return name.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
    }
}
