package dev.varve.app.assembly;

import java.time.Clock;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.FullyQualifiedAnnotationBeanNameGenerator;

/** Everything below {@code dev.varve} that Spring can find; contexts are found by being there. */
// Beans go by their full class names: contexts, and their two sides, may use the same simple one.
@SpringBootApplication(
        scanBasePackages = "dev.varve",
        proxyBeanMethods = false,
        nameGenerator = FullyQualifiedAnnotationBeanNameGenerator.class)
public class VarveApplication {

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
