package dev.varve.app.personal;

import dev.varve.personal.files.FileCount;
import dev.varve.personal.files.PersonalFiles;
import dev.varve.personal.files.PersonalFilesSettings;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Removes files that began to come in and whose process died; at start and every hour, on any number of nodes. */
@Component
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
final class PersonalFilesCleanup implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(PersonalFilesCleanup.class);

    private final PersonalFiles files;
    private final PersonalFilesSettings settings;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("personal-files-cleanup").factory());

    PersonalFilesCleanup(PersonalFiles files, PersonalFilesSettings settings) {
        this.files = files;
        this.settings = settings;
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        // Never fails: clean() says what went wrong and cleans again.
        ScheduledFuture<?> unused = timer.scheduleWithFixedDelay(this::clean, 0, 1, TimeUnit.HOURS);
    }

    private void clean() {
        try {
            FileCount removed = files.removeUnfinished(settings.unfinishedAfter());
            if (removed.files() > 0) {
                log.info("event=unfinished-files-removed files={} bytes={}", removed.files(), removed.bytes());
            }
        } catch (IOException | RuntimeException e) {
            // An exception would end the timer; the next round removes the rest.
            log.warn("event=unfinished-files-not-removed cause={}", e.getClass().getName());
        }
    }

    @Override
    public void destroy() {
        timer.shutdownNow();
    }
}
