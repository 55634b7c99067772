package dev.varve.eventstore.autoconfigure;

import dev.varve.eventstore.axon.CoordinatorExecutor;
import java.time.Duration;
import org.axonframework.common.AxonThreadFactory;
import org.axonframework.config.Configurer;
import org.axonframework.config.ConfigurerModule;

/**
 * Gives every pooled processor a {@link CoordinatorExecutor}, and lets it extend its claims in time. It comes first, so that an application's own configuration of
 * its processors replaces it.
 */
final class QuickCoordinators implements ConfigurerModule {

    private final long claimExtensionMillis;

    QuickCoordinators(Duration claimExtension) {
        this.claimExtensionMillis = claimExtension.toMillis();
    }

    @Override
    public void configureModule(Configurer configurer) {
        configurer
                .eventProcessing()
                .registerPooledStreamingEventProcessorConfiguration((configuration, builder) ->
                        builder.claimExtensionThreshold(claimExtensionMillis).coordinatorExecutor(name -> {
                            CoordinatorExecutor executor =
                                    new CoordinatorExecutor(new AxonThreadFactory("varve-coordinator[" + name + "]"));
                            configuration.onShutdown(executor::shutdown);
                            return executor;
                        }));
    }

    @Override
    public int order() {
        return Integer.MIN_VALUE;
    }
}
