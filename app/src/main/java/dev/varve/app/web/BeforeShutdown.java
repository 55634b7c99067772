package dev.varve.app.web;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Ends answers that have no end of their own, or that wait for something, before the server waits for its last requests:
 * it would wait for them as long as it may, and cut them off then.
 */
@Component
public final class BeforeShutdown implements SmartLifecycle {

    private final List<Runnable> ends = new CopyOnWriteArrayList<>();
    private volatile boolean running;

    /**
     * Has something done then, once.
     *
     * @param end ends what is open, and what is opened from then on; must be quick and not throw
     */
    public void call(Runnable end) {
        ends.add(end);
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        ends.forEach(Runnable::run);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 1;
    }
}
