package dev.varve.app.assembly;

import java.time.Clock;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** Everything below {@code dev.varve} that Spring can find; contexts are found by being there. */
@SpringBootApplication(scanBasePackages = "dev.varve", proxyBeanMethods = false)
public class VarveApplication {

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
