package dev.varve.app.admin;

import dev.varve.app.web.BeforeShutdown;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Shows how a long piece of work goes on, as server-sent events: one named {@code progress} at once and whenever
 * something has changed, and none after the work is over. Where nothing changes for long, as while it is paused, comments
 * show that the connection is alive, and find out that it is not.
 */
@Component
public final class ProgressEvents {

    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long HEARTBEAT = TimeUnit.SECONDS.toNanos(15);
    private static final long NO_LIMIT = 0;

    private volatile boolean ending;

    ProgressEvents(BeforeShutdown shutdown) {
        shutdown.call(() -> ending = true);
    }

    /**
     * Starts to show.
     *
     * @param read how the work stands now
     * @param over whether that was the last there is to say
     */
    public <T> SseEmitter of(Supplier<T> read, Predicate<T> over) {
        SseEmitter emitter = new SseEmitter(NO_LIMIT);
        AtomicBoolean gone = new AtomicBoolean();
        emitter.onError(failure -> gone.set(true));
        emitter.onCompletion(() -> gone.set(true));
        Thread.ofVirtual().name("progress-events").start(() -> show(read, over, emitter, gone));
        return emitter;
    }

    private <T> void show(Supplier<T> read, Predicate<T> over, SseEmitter emitter, AtomicBoolean gone) {
        try {
            T shown = null;
            long sentAt = System.nanoTime();
            while (!gone.get() && !ending) {
                T now = read.get();
                if (!now.equals(shown)) {
                    emitter.send(SseEmitter.event().name("progress").data(now, MediaType.APPLICATION_JSON));
                    shown = now;
                    sentAt = System.nanoTime();
                } else if (System.nanoTime() - sentAt > HEARTBEAT) {
                    emitter.send(SseEmitter.event().comment("alive"));
                    sentAt = System.nanoTime();
                }
                if (over.test(now)) {
                    break;
                }
                LockSupport.parkNanos(INTERVAL);
            }
            emitter.complete();
        } catch (IOException | RuntimeException e) {
            // Somebody who does not listen any more is the usual case.
            emitter.completeWithError(e);
        }
    }
}
