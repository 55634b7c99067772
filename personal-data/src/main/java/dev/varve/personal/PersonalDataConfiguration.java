package dev.varve.personal;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Opens the key folder at start, so that a node without its keys does not come up. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PersonalDataSettings.class)
final class PersonalDataConfiguration {

    @Bean
    PersonalData personalData(PersonalDataSettings settings) {
        return PersonalData.in(settings);
    }
}
