package probe;

import dev.varve.app.admin.ProgressEvents;
import dev.varve.eventstore.axon.EventTypeRegistry;
import java.time.Clock;
import java.util.List;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Import;

@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@ComponentScan({
    "dev.varve.app.admin.outbox",
    "dev.varve.app.problem",
    "dev.varve.app.security",
    "dev.varve.app.idempotency",
    "dev.varve.app.web",
    "dev.varve.app.database",
    "dev.varve.app.health",
    "dev.varve.app.settings",
    "dev.varve.app.feed",
    "dev.varve.app.admin.rebuilds",
    "dev.varve.app.admin.replay",
    "dev.varve.app.admin.projections"
})
@Import({ProbeController.class, ProgressEvents.class})
public class ProbeApplication {

    @Bean
    EventTypeRegistry eventTypeRegistry() {
        return EventTypeRegistry.of(List.of());
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
