package dev.varve.eventstore.autoconfigure;

import dev.varve.eventstore.axon.CoordinatorExecutor;
import org.axonframework.common.AxonThreadFactory;
import org.axonframework.config.Configurer;
import org.axonframework.config.ConfigurerModule;

/**
 * Gives every pooled processor a {@link CoordinatorExecutor}. It comes first, so that an application's own configuration of
 * its processors replaces it.
 */
final class QuickCoordinators implements ConfigurerModule {

    @Override
    public void configureModule(Configurer configurer) {
        configurer
                .eventProcessing()
                .registerPooledStreamingEventProcessorConfiguration((configuration, builder) ->
                        builder.coordinatorExecutor(name -> {
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
