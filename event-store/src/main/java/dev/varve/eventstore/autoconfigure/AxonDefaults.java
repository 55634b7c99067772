package dev.varve.eventstore.autoconfigure;

import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * What Axon and the pool should do unless an application says otherwise: no XStream, no interrupts of handlers after 30 s,
 * no calls to Axon's maker, and no longer wait for a connection than for an append,
 * and a short one for a connection that may be dead: the pool adds that to the other. Read committed, whatever a database
 * has for those who do not say it: an older snapshot would not show what was appended before, so appends under it are refused.
 * And sessions that may not write are given up ({@link WritableSessions}).
 */
public final class AxonDefaults implements EnvironmentPostProcessor {

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        environment
                .getPropertySources()
                .addLast(new MapPropertySource(
                        "varve-axon-defaults",
                        Map.of(
                                "axon.serializer.general", "jackson3",
                                "axon.serializer.messages", "jackson3",
                                "axon.serializer.events", "jackson3",
                                "axon.axonserver.enabled", "false",
                                "axon.timeout.enabled", "false",
                                "spring.datasource.hikari.connection-timeout", "10000",
                                "spring.datasource.hikari.validation-timeout", "1000",
                                "spring.datasource.hikari.transaction-isolation", "TRANSACTION_READ_COMMITTED",
                                "spring.datasource.hikari.exception-override-class-name",
                                        WritableSessions.class.getName())));
    }
}
