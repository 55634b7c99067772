package dev.varve.projection.segments;

import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Cuts and joins segments of projections. */
@Configuration(proxyBeanMethods = false)
final class SegmentsConfiguration {

    @Bean
    ProjectionSegments projectionSegments(DataSource dataSource) {
        return new ProjectionSegments(dataSource);
    }
}
