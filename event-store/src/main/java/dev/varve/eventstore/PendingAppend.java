package dev.varve.eventstore;

import dev.varve.eventstore.AppendStatement.Outcome;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An append and the caller who waits for it.
 *
 * <p>Either it is sent or its caller gives it up, whichever is first: so a caller who gives up in time can be told that
 * nothing was written, and nothing will be.
 */
final class PendingAppend {

    private enum Fate {
        UNSENT,
        SENT,
        GIVEN_UP
    }

    private final Append append;
    private final List<String> streams;
    private final long bytes;
    private final long since = System.nanoTime();
    private final CompletableFuture<Appended> result = new CompletableFuture<>();
    private final AtomicReference<Fate> fate = new AtomicReference<>(Fate.UNSENT);
    private volatile @Nullable Throwable trouble;
    private volatile boolean maybeWritten;

    PendingAppend(Append append) {
        this.append = append;
        this.streams = append.slices().stream().map(Append.Slice::streamId).toList();
        this.bytes = append.bytes();
    }

    Append append() {
        return append;
    }

    int events() {
        return append.events().size();
    }

    long bytes() {
        return bytes;
    }

    /** Adds this append's streams; false, and nothing added, if one of them is taken. */
    boolean claimStreams(Set<String> taken) {
        for (String stream : streams) {
            if (taken.contains(stream)) {
                return false;
            }
        }
        taken.addAll(streams);
        return true;
    }

    /** To be asked before each attempt; false if the caller has given up. */
    boolean send() {
        return fate.compareAndSet(Fate.UNSENT, Fate.SENT) || fate.get() == Fate.SENT;
    }

    void complete(Outcome outcome) {
        switch (outcome) {
            case Outcome.Written(Appended appended) -> result.complete(appended);
            case Outcome.Refused(StreamConflictException conflict) -> result.completeExceptionally(conflict);
        }
    }

    /** The server said no to this append alone. */
    void refuse(SQLException cause, boolean maybeWrittenBefore) {
        fail("PostgreSQL refused the append: " + cause.getMessage(), maybeWrittenBefore, cause);
    }

    /** An attempt came to nothing, and another one follows. */
    void tried(boolean maybeWrittenByIt, Throwable cause) {
        trouble = cause;
        maybeWritten = maybeWritten || maybeWrittenByIt;
    }

    void fail(String reason, boolean maybeWrittenSince, @Nullable Throwable cause) {
        boolean uncertain = maybeWritten || maybeWrittenSince;
        String certainty = uncertain ? "; its events may have been written" : "; nothing was written";
        result.completeExceptionally(new AppendFailedException(
                "append to %s failed after %d ms: %s%s".formatted(streams, waited().toMillis(), reason, certainty),
                uncertain,
                cause));
    }

    /** After an attempt that came to nothing; the next one may succeed. */
    boolean failIfExpired(Duration timeout, boolean maybeWritten, Throwable cause) {
        trouble = cause;
        if (System.nanoTime() - since < timeout.toNanos()) {
            return false;
        }
        fail(String.valueOf(cause.getMessage()), maybeWritten, cause);
        return true;
    }

    /** @param withdraw takes the append back out of the queue, if it is there */
    Appended await(Duration timeout, Consumer<PendingAppend> withdraw) {
        try {
            return result.get(timeout.minus(waited()).toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw unwrap(e);
        } catch (TimeoutException e) {
            return giveUp("not written within " + timeout.toMillis() + " ms", withdraw, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return giveUp("the caller was interrupted", withdraw, e);
        }
    }

    private Appended giveUp(String reason, Consumer<PendingAppend> withdraw, Exception cause) {
        boolean unsent = fate.compareAndSet(Fate.UNSENT, Fate.GIVEN_UP);
        withdraw.accept(this);
        @Nullable Throwable last = trouble;
        fail(last == null ? reason : reason + ", " + last.getMessage(), !unsent, last == null ? cause : last);
        try {
            return result.join();
        } catch (CompletionException e) {
            throw unwrap(e);
        }
    }

    /** Thrown anew, so that the trace shows who waited. */
    private static RuntimeException unwrap(Exception e) {
        return switch (e.getCause()) {
            case StreamConflictException conflict ->
                new StreamConflictException(conflict.streamId(), conflict.expected(), conflict.actual());
            case AppendFailedException failed ->
                new AppendFailedException(String.valueOf(failed.getMessage()), failed.maybeWritten(), failed);
            case null, default -> new AppendFailedException("append failed", true, e);
        };
    }

    Duration waited() {
        return Duration.ofNanos(System.nanoTime() - since);
    }
}
