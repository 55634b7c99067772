package dev.varve.command;

import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.IdGenerator;
import org.springframework.util.JdkIdGenerator;

/** What every context's command API is given. */
@Configuration(proxyBeanMethods = false)
class CommandConfiguration {

    @Bean
    KnownStreams knownStreams(EventStore log) {
        return stream -> log.lastSequenceNumberFor(stream).isPresent();
    }

    @Bean
    IdGenerator idGenerator() {
        return new JdkIdGenerator();
    }
}
