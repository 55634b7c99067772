package dev.varve.app.settings;

import dev.varve.app.operator.OperatorError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Stops the start when a setting of ours is unknown or breaks its bounds, and names all of them at once.
 *
 * <p>Spring by itself stops at the first settings record that is wrong, and lets names pass that belong to no record.
 * Runs before any bean is made. A settings record must be there whether or not the process serves HTTP, or its settings
 * would be unknown to an import.
 */
final class SettingsCheck implements BeanFactoryPostProcessor, PriorityOrdered {

    static final String ROOT = "varve";

    private final ConfigurableEnvironment environment;

    SettingsCheck(ConfigurableEnvironment environment) {
        this.environment = environment;
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        Map<SettingsShape, Class<?>> records = records(beans);
        List<String> violations = new ArrayList<>();
        violations.addAll(UnknownSettings.in(environment, records.keySet()));
        violations.addAll(BrokenSettings.in(environment, records));
        if (!violations.isEmpty()) {
            throw new OperatorError("the settings are not valid:\n  - " + String.join("\n  - ", violations));
        }
    }

    private static Map<SettingsShape, Class<?>> records(ConfigurableListableBeanFactory beans) {
        Map<String, Class<?>> byPrefix = new TreeMap<>();
        for (String name : beans.getBeanDefinitionNames()) {
            Class<?> type = beans.getType(name, false);
            ConfigurationProperties properties = type == null
                    ? null
                    : AnnotatedElementUtils.findMergedAnnotation(type, ConfigurationProperties.class);
            if (type != null
                    && type.isRecord()
                    && properties != null
                    && properties.prefix().startsWith(ROOT + ".")) {
                byPrefix.put(properties.prefix(), type);
            }
        }
        Map<SettingsShape, Class<?>> records = new LinkedHashMap<>();
        byPrefix.forEach((prefix, type) -> records.put(SettingsShape.of(prefix, type), type));
        return records;
    }
}
