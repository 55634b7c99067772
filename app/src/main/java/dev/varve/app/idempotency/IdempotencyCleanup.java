package dev.varve.app.idempotency;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Deletes expired keys now and then, once the server is up. Several nodes may do so at once. */
@Component
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
final class IdempotencyCleanup implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(IdempotencyCleanup.class);

    private final IdempotencyKeys keys;
    private final IdempotencySettings settings;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("idempotency-cleanup").factory());

    private @Nullable ScheduledFuture<?> cleaning;

    IdempotencyCleanup(IdempotencyKeys keys, IdempotencySettings settings) {
        this.keys = keys;
        this.settings = settings;
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        long every = settings.cleanEvery().toMillis();
        cleaning = timer.scheduleWithFixedDelay(this::clean, every, every, TimeUnit.MILLISECONDS);
    }

    private void clean() {
        try {
            int deleted = keys.deleteExpired();
            if (deleted > 0) {
                log.info("deleted expired idempotency keys rows={}", deleted);
            }
        } catch (RuntimeException e) {
            // An exception would end the timer; the next round deletes the rest.
            log.warn(
                    "idempotency keys were not cleaned up cause={}",
                    e.getClass().getName());
        }
    }

    @Override
    public void destroy() {
        if (cleaning != null) {
            cleaning.cancel(true);
        }
        timer.shutdownNow();
    }
}
