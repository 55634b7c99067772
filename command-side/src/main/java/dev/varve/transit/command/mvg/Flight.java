package dev.varve.transit.command.mvg;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One refresh that its leader carries out and others wait for.
 *
 * <p>It is the predecessor's lock without its polling: the lock's time to live is the flight's, after which the next
 * caller leads a flight of its own.
 */
final class Flight<T> {

    private final CompletableFuture<T> outcome = new CompletableFuture<>();
    private final long startedAt;

    Flight(long startedAt) {
        this.startedAt = startedAt;
    }

    boolean expired(long now, Duration timeToLive) {
        return now - startedAt >= timeToLive.toNanos();
    }

    void complete(T result) {
        outcome.complete(result);
    }

    void fail(Throwable failure) {
        outcome.completeExceptionally(failure);
    }

    /**
     * The outcome of the leader.
     *
     * @throws RefreshTimeout when it is not there in time
     */
    T await(Duration patience) {
        try {
            return outcome.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new RefreshTimeout(patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefreshTimeout(patience);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof UpstreamFailure failure) {
                throw new UpstreamFailure(failure.status(), failure.detail(), failure);
            }
            throw new IllegalStateException("the refresh that this request waited for failed", cause);
        }
    }
}
