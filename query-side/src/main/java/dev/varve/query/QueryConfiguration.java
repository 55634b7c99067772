package dev.varve.query;

import dev.varve.projection.Projection;
import dev.varve.projection.ProjectionProgress;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** What every query goes through. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(QuerySettings.class)
final class QueryConfiguration {

    @Bean
    WebMvcConfigurer minPosition(
            ObjectProvider<Projection<?>> projections, ProjectionProgress progress, QuerySettings settings) {
        return new WebMvcConfigurer() {
            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(new MinPosition(projections, progress, settings.minPositionTimeout()));
            }
        };
    }
}
