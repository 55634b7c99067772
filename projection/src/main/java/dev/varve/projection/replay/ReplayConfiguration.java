package dev.varve.projection.replay;

import dev.varve.eventstore.AutoCommitDataSource;
import dev.varve.eventstore.axon.EventDecoder;
import dev.varve.projection.Parking;
import dev.varve.projection.Projection;
import dev.varve.projection.ProjectionSettings;
import java.lang.management.ManagementFactory;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;

/** Replays on this node. */
public final class ReplayConfiguration {

    @Bean
    Replays varveProjectionReplays(DataSource dataSource) {
        return new Replays(new AutoCommitDataSource(dataSource));
    }

    @Bean
    ReplayRunner varveProjectionReplayRunner(
            ObjectProvider<Projection<?>> projections,
            Parking parking,
            EventDecoder decoder,
            DataSource dataSource,
            ProjectionSettings settings) {
        return new ReplayRunner(
                projections.stream().collect(Collectors.toMap(Projection::name, Function.identity())),
                parking,
                decoder,
                new AutoCommitDataSource(dataSource),
                settings,
                ManagementFactory.getRuntimeMXBean().getName());
    }
}
