package dev.varve.transit.command.mvg;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Virtual threads for refreshes that nobody waits for, and for requests that one caller makes at once.
 *
 * <p>Not an {@link Executor} bean: Spring Boot's own one would step back for it.
 */
final class MvgThreads implements AutoCloseable {

    private final ExecutorService executor = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("mvg-", 0).factory());

    Executor executor() {
        return executor;
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
