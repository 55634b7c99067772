package probe;

import java.time.Clock;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Import;

@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration(
        excludeName = {
            "dev.varve.eventstore.autoconfigure.EventStoreAutoConfiguration",
            "org.axonframework.springboot.autoconfig.AxonAutoConfiguration"
        })
@ComponentScan({"dev.varve.app.problem", "dev.varve.app.security", "dev.varve.app.idempotency", "dev.varve.app.web"})
@Import(ProbeController.class)
public class ProbeApplication {

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
