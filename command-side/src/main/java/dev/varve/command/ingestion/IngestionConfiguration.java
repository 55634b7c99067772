package dev.varve.command.ingestion;

import dev.varve.eventstore.axon.CommandBatches;
import org.axonframework.messaging.correlation.CorrelationDataProvider;
import org.axonframework.messaging.correlation.MessageOriginProvider;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Assembles the runner that every import uses. */
@Configuration(proxyBeanMethods = false)
class IngestionConfiguration {

    @Bean
    IngestionRunner ingestionRunner(CommandBatches batches, ObjectProvider<ReadModel> readModel) {
        return IngestionRunner.on(batches, readModel.getIfAvailable());
    }

    @Bean
    CorrelationDataProvider importedOrigin() {
        return new OriginCorrelation();
    }

    /** Axon brings it only where no other provider is. */
    @Bean
    CorrelationDataProvider messageOriginProvider() {
        return new MessageOriginProvider();
    }

    @Bean
    SmartLifecycle ingestionShutdown(IngestionRunner runner) {
        return new Shutdown(runner);
    }

    /** Stops before everything else, so that a run which is cut off can still be recorded as failed. */
    private static final class Shutdown implements SmartLifecycle {

        private final IngestionRunner runner;
        private volatile boolean running;

        Shutdown(IngestionRunner runner) {
            this.runner = runner;
        }

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            running = false;
            runner.stopAll();
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return Integer.MAX_VALUE;
        }
    }
}
