package dev.varve.app.assembly;

import dev.varve.projection.Projection;
import dev.varve.projection.ProjectionProgress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.StreamableMessageSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.core.ResolvableType;

/** Waits for the projections, whether they run in this process or in a server beside it. */
public final class ReadModels {

    private final StreamableMessageSource<?> log;
    private final ProjectionProgress progress;
    private final List<String> projections;

    private ReadModels(StreamableMessageSource<?> log, ProjectionProgress progress, List<String> projections) {
        this.log = log;
        this.progress = progress;
        this.projections = List.copyOf(projections);
    }

    public static ReadModels of(ApplicationContext application) {
        ObjectProvider<Projection<?>> projections =
                application.getBeanProvider(ResolvableType.forClass(Projection.class));
        return new ReadModels(
                application.getBean(StreamableMessageSource.class),
                application.getBean(ProjectionProgress.class),
                projections.stream().map(Projection::name).sorted().toList());
    }

    /** The position of the last event in the log. */
    public long head() {
        TrackingToken head = log.createHeadToken();
        return head instanceof GlobalSequenceTrackingToken token ? token.getGlobalIndex() : 0;
    }

    /** Waits until all of them hold every event up to a position; answers the first that was not there in time. */
    public Optional<String> await(long position, Duration atMost) throws InterruptedException {
        return progress.await(projections, position, atMost);
    }
}
