package dev.varve.outbox;

import dev.varve.outbox.Leases.Lease;
import dev.varve.outbox.MessageTail.Newest;
import dev.varve.outbox.Progress.Changes;
import dev.varve.outbox.Progress.State;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Writes down how far a relay has come: at once where something hangs on it, otherwise beside the deliveries, because a
 * database that is slow to answer would hold up every message that comes meanwhile. Belongs to one relay thread; only
 * the writing beside is done by others, one at a time.
 */
final class CheckpointWriter {

    private static final Executor THREADS =
            write -> Thread.ofVirtual().name("varve-relay-checkpoint").start(write);

    private record Writing(State state, CompletableFuture<Boolean> ours) {}

    private final Lease lease;
    private final Progress progress;
    private @Nullable State written;
    private @Nullable Writing beside;

    CheckpointWriter(Lease lease, Progress progress) {
        this.lease = lease;
        this.progress = progress;
    }

    /** Writes it, after what is still being written; false when the lease is lost. */
    boolean write(@Nullable Newest read, State state, Changes changes) {
        if (!ended(beside)) {
            return false;
        }
        if (changes.isEmpty() && state.equals(written)) {
            return true;
        }
        if (!progress.save(lease, read, state, changes)) {
            return false;
        }
        written = state;
        return true;
    }

    /** Has it written, unless the last one is still being written. */
    void writeBeside(@Nullable Newest read, State state) {
        if (beside == null && !state.equals(written)) {
            beside = new Writing(
                    state,
                    CompletableFuture.supplyAsync(() -> progress.save(lease, read, state, Changes.NONE), THREADS));
        }
    }

    /** False when what was written beside showed that the lease is lost. */
    boolean isOurs() {
        return beside == null || !beside.ours.isDone() || ended(beside);
    }

    private boolean ended(@Nullable Writing writing) {
        beside = null;
        if (writing == null) {
            return true;
        }
        if (!result(writing)) {
            return false;
        }
        written = writing.state;
        return true;
    }

    private static boolean result(Writing writing) {
        try {
            return writing.ours.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof OutboxException failure) {
                throw failure;
            }
            throw e;
        }
    }
}
