package dev.varve.projection.rebuild;

import dev.varve.eventstore.AutoCommitDataSource;
import dev.varve.eventstore.axon.EventDecoder;
import dev.varve.projection.Projection;
import dev.varve.projection.ProjectionSettings;
import java.lang.management.ManagementFactory;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;

/** Rebuilds on this node. */
public final class RebuildConfiguration {

    @Bean
    Rebuilds varveProjectionRebuilds(DataSource dataSource) {
        return new Rebuilds(new AutoCommitDataSource(dataSource));
    }

    @Bean
    ProjectionVersions varveProjectionVersions(DataSource dataSource) {
        return new ProjectionVersions(new AutoCommitDataSource(dataSource));
    }

    @Bean
    ProjectionStates varveProjectionStates(DataSource dataSource) {
        return new ProjectionStates(new AutoCommitDataSource(dataSource));
    }

    @Bean
    RebuildRunner varveProjectionRebuildRunner(
            ObjectProvider<Projection<?>> projections,
            DataSource dataSource,
            EventDecoder decoder,
            ProjectionVersions versions,
            ProjectionSettings settings) {
        Work work = new Work(
                new AutoCommitDataSource(dataSource),
                decoder,
                projections.orderedStream().toList(),
                settings.rebuildReaders(),
                settings.rebuildMemory().toBytes(),
                settings.oldTablesRetention());
        return new RebuildRunner(
                work, versions, settings, ManagementFactory.getRuntimeMXBean().getName());
    }
}
