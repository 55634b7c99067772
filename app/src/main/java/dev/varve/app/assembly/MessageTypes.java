package dev.varve.app.assembly;

import dev.varve.events.MessageType;
import dev.varve.outbox.contract.MessageContract;
import dev.varve.outbox.contract.MessageContracts;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

/** Gathers the contracts of all contexts' public messages from the annotation on them. */
@Configuration(proxyBeanMethods = false)
class MessageTypes {

    private static final String MESSAGES_OF_CONTEXTS = "**/messages/**/*.class";

    @Bean
    MessageContracts messageContracts() {
        ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.setResourcePattern(MESSAGES_OF_CONTEXTS);
        scanner.addIncludeFilter(new AnnotationTypeFilter(MessageType.class));
        List<MessageContract> contracts = new ArrayList<>();
        for (BeanDefinition definition : scanner.findCandidateComponents("dev.varve")) {
            Class<?> type = ClassUtils.resolveClassName(Objects.requireNonNull(definition.getBeanClassName()), null);
            MessageType message = Objects.requireNonNull(type.getAnnotation(MessageType.class));
            contracts.add(new MessageContract(message.value(), message.topic(), message.description(), type));
        }
        return MessageContracts.of(contracts);
    }
}
