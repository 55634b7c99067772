package dev.varve.personal.files;

import dev.varve.personal.PersonalData;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Files in a folder. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PersonalFilesSettings.class)
class PersonalFilesConfiguration {

    @Bean
    PersonalFiles personalFiles(PersonalFilesSettings settings, PersonalData personalData, Clock clock) {
        return PersonalFiles.in(settings, personalData, clock);
    }
}
