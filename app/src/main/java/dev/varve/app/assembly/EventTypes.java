package dev.varve.app.assembly;

import dev.varve.events.EventType;
import dev.varve.eventstore.axon.EventTypeRegistry;
import dev.varve.eventstore.axon.RegisteredEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

/** Gathers the stored names of all contexts' events from the annotation on them. */
@Configuration(proxyBeanMethods = false)
public class EventTypes {

    private static final String EVENTS_OF_CONTEXTS = "**/events/**/*.class";

    @Bean
    EventTypeRegistry eventTypeRegistry() {
        return registry();
    }

    /** All of them, for commands that need no application. */
    public static EventTypeRegistry registry() {
        ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.setResourcePattern(EVENTS_OF_CONTEXTS);
        scanner.addIncludeFilter(new AnnotationTypeFilter(EventType.class));
        List<RegisteredEvent> events = new ArrayList<>();
        for (BeanDefinition definition : scanner.findCandidateComponents("dev.varve")) {
            Class<?> type = ClassUtils.resolveClassName(Objects.requireNonNull(definition.getBeanClassName()), null);
            EventType name = Objects.requireNonNull(type.getAnnotation(EventType.class));
            events.add(new RegisteredEvent(name.value(), name.revision(), type));
        }
        return EventTypeRegistry.of(events);
    }
}
