package dev.varve.projection;

import dev.varve.eventstore.AutoCommitDataSource;
import dev.varve.eventstore.autoconfigure.EventStoreProperties;
import dev.varve.eventstore.axon.PostgresEventStore;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.config.EventProcessingConfiguration;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;

/** Runs every {@link Projection} bean and knows how far each is. */
public final class ProjectionConfiguration {

    @Bean
    ProjectionProcessors varveProjectionProcessors(
            ObjectProvider<Projection<?>> projections,
            PostgresEventStore log,
            TokenStore tokens,
            TransactionManager transactions,
            DataSource dataSource,
            Parking parking,
            ProjectionSettings settings,
            EventStoreProperties eventStore,
            ObjectProvider<EventProcessingConfiguration> processing,
            ObjectProvider<SharedProgress> progress) {
        return new ProjectionProcessors(
                projections.orderedStream().toList(),
                log,
                tokens,
                transactions,
                dataSource,
                parking,
                settings,
                eventStore.claimExtension(),
                () -> processing.getObject().eventProcessors().keySet(),
                () -> progress.getObject().moved());
    }

    @Bean
    ReportedProgress varveReportedProjectionProgress(
            DataSource dataSource,
            TokenStore tokens,
            TransactionManager transactions,
            ProjectionProcessors processors) {
        return new ReportedProgress(
                new AutoCommitDataSource(dataSource), tokens, transactions, () -> positions(processors));
    }

    @Bean
    SharedProgress varveProjectionProgress(ProjectionProcessors processors, ReportedProgress reported) {
        return new SharedProgress(processors::segments, reported);
    }

    private static Map<ReportedProgress.Segment, Long> positions(ProjectionProcessors processors) {
        Map<ReportedProgress.Segment, Long> positions = new HashMap<>();
        for (String name : processors.names()) {
            processors
                    .segments(name)
                    .ifPresent(segments -> segments.forEach((number, status) -> status.getCurrentPosition()
                            .ifPresent(
                                    position -> positions.put(new ReportedProgress.Segment(name, number), position))));
        }
        return positions;
    }
}
