package dev.varve.app.erasure;

import dev.varve.personal.PersonalData;
import dev.varve.personal.files.PersonalFiles;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Erasures over HTTP. */
@Configuration(proxyBeanMethods = false)
class ErasureConfiguration {

    /** A client waits for the report; the command line waits longer. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Bean
    Erasures erasures(DataSource database, PersonalData personalData, PersonalFiles files) {
        return new Erasures(database, personalData, files, PATIENCE);
    }
}
