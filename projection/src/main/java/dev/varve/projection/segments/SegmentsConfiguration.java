package dev.varve.projection.segments;

import dev.varve.eventstore.AutoCommitDataSource;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;

/** Cuts and joins segments of projections. */
public final class SegmentsConfiguration {

    @Bean
    ProjectionSegments varveProjectionSegments(DataSource dataSource) {
        return new ProjectionSegments(new AutoCommitDataSource(dataSource));
    }
}
