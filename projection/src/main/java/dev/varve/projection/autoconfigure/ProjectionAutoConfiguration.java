package dev.varve.projection.autoconfigure;

import dev.varve.eventstore.autoconfigure.EventStoreAutoConfiguration;
import dev.varve.eventstore.axon.EventDecoder;
import dev.varve.projection.ProjectionConfiguration;
import dev.varve.projection.ProjectionSettings;
import dev.varve.projection.parked.ParkedConfiguration;
import dev.varve.projection.rebuild.RebuildConfiguration;
import dev.varve.projection.replay.ReplayConfiguration;
import dev.varve.projection.segments.SegmentsConfiguration;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Import;

/** Runs every {@link dev.varve.projection.Projection} bean of an application, and gives it what asks for rebuilds and the like. */
@AutoConfiguration(after = EventStoreAutoConfiguration.class)
@ConditionalOnBean({DataSource.class, EventDecoder.class})
@EnableConfigurationProperties(ProjectionSettings.class)
@Import({
    ProjectionConfiguration.class,
    ParkedConfiguration.class,
    RebuildConfiguration.class,
    ReplayConfiguration.class,
    SegmentsConfiguration.class
})
public class ProjectionAutoConfiguration {}
