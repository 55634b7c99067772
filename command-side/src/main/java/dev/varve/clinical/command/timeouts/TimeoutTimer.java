package dev.varve.clinical.command.timeouts;

import dev.varve.clinical.command.ClinicalSettings;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Has time-outs looked after while a server runs; the first time after one interval, not at the start. */
@Component
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
final class TimeoutTimer implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(TimeoutTimer.class);

    private final ProcessingTimeouts timeouts;
    private final ClinicalSettings settings;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("clinical-timeouts").factory());

    TimeoutTimer(ProcessingTimeouts timeouts, ClinicalSettings settings) {
        this.timeouts = timeouts;
        this.settings = settings;
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        long every = settings.timeoutCheckInterval().toMillis();
        var unused = timer.scheduleWithFixedDelay(this::check, every, every, TimeUnit.MILLISECONDS);
    }

    private void check() {
        try {
            timeouts.check();
        } catch (RuntimeException e) {
            // An exception would end the timer; the next look finds the same recordings.
            log.warn("time-outs were not looked after cause={}", e.getClass().getName());
        }
    }

    @Override
    public void destroy() {
        timer.shutdownNow();
    }
}
