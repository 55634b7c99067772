package dev.varve.clinical.command;

import dev.varve.command.InvalidRequests;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Assembles what clinical's command side needs besides its components. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ClinicalSettings.class)
class ClinicalConfiguration {

    /** The predecessor answers 422 to a request that breaks a rule. */
    @Bean
    WebMvcConfigurer clinicalInvalidRequests() {
        return new WebMvcConfigurer() {
            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(new InvalidRequests())
                        .addPathPatterns("/api/v1/recordings/**", "/api/v1/clinical/**");
            }
        };
    }
}
