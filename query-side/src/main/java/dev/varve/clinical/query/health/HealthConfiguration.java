package dev.varve.clinical.query.health;

import dev.varve.query.OpenAddresses;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Opens the health check. */
@Configuration(proxyBeanMethods = false)
class HealthConfiguration {

    @Bean
    OpenAddresses clinicalHealth() {
        return new OpenAddresses(List.of(HealthController.ADDRESS));
    }
}
