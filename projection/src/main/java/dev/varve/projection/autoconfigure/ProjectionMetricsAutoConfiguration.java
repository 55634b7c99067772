package dev.varve.projection.autoconfigure;

import dev.varve.projection.Projection;
import dev.varve.projection.metrics.ProjectionMetrics;
import dev.varve.projection.parked.ParkedEvents;
import dev.varve.projection.rebuild.ProjectionStates;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Gives an application that has Micrometer the meters of its projections. */
@AutoConfiguration(after = ProjectionAutoConfiguration.class)
@ConditionalOnClass(MeterBinder.class)
@ConditionalOnBean(ProjectionStates.class)
public class ProjectionMetricsAutoConfiguration {

    @Bean
    ProjectionMetrics varveProjectionMetrics(
            ProjectionStates states, ParkedEvents parked, ObjectProvider<Projection<?>> projections) {
        return new ProjectionMetrics(
                states, parked, projections.stream().map(Projection::name).toList());
    }
}
