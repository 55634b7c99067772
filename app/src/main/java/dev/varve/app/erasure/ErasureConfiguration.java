package dev.varve.app.erasure;

import dev.varve.personal.PersonalData;
import dev.varve.personal.files.PersonalFiles;
import java.time.Duration;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Erasures over HTTP. */
@Configuration(proxyBeanMethods = false)
class ErasureConfiguration {

    private static final Logger log = LoggerFactory.getLogger(ErasureConfiguration.class);

    /** A client waits for the report; the command line waits longer. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Bean
    Erasures erasures(DataSource database, PersonalData personalData, PersonalFiles files) {
        return new Erasures(database, personalData, files, PATIENCE);
    }

    /**
     * Carries out again, before anything is answered, what this database knows of: a copy of the key folder from before an
     * erasure must not bring anybody back, and an erasure whose process died after it was recorded is carried out now.
     */
    @Bean
    InitializingBean recordedErasures(Erasures erasures) {
        return () -> {
            int count = erasures.again(erasures.ordered(), "system", "recorded before, and found undone at start");
            if (count > 0) {
                log.warn("event=persons-erased-again count={} cause=\"their keys were there again\"", count);
            }
        };
    }
}
