package dev.varve.eventstore;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** What this node knows of the log without asking: how far it reaches, and that it just grew. Also counts, for metrics. */
public final class LogSignals implements AppendObserver {

    private final AtomicLong head = new AtomicLong();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final List<Runnable> tellers = new CopyOnWriteArrayList<>();
    private final List<Runnable> lossListeners = new CopyOnWriteArrayList<>();
    private final LongAdder joined = new LongAdder();
    private final LongAdder conflicts = new LongAdder();
    private final LongAdder batches = new LongAdder();
    private final LongAdder appends = new LongAdder();
    private final LongAdder writeNanos = new LongAdder();
    private volatile boolean hearing;
    private volatile LogMonitor monitor = LogMonitor.NONE;

    /** Highest position this node has written or read. */
    @Override
    public long knownHead() {
        return head.get();
    }

    /** Somebody read or wrote up to here. */
    public void seen(long position) {
        head.accumulateAndGet(position, Math::max);
    }

    /** The log ends before what was seen of it. */
    public void endsAt(long position) {
        head.set(position);
        lossListeners.forEach(Runnable::run);
    }

    /** Runs when the log turns out to have lost events that were seen here; must be quick and must not throw. */
    public void onLoss(Runnable listener) {
        lossListeners.add(listener);
    }

    /** Runs after this node wrote something, or heard that another did; must be quick and must not throw. */
    public void onGrowth(Runnable listener) {
        listeners.add(listener);
    }

    /** Runs after this node wrote something; must be quick and must not throw. */
    void onOwnGrowth(Runnable teller) {
        tellers.add(teller);
    }

    /** Whether other nodes say at once when they wrote something; otherwise only asking tells. */
    public boolean hearsOthers() {
        return hearing;
    }

    void hearsOthers(boolean now) {
        hearing = now;
    }

    /** Another node wrote something. */
    void grewElsewhere() {
        listeners.forEach(Runnable::run);
    }

    private void grew() {
        listeners.forEach(Runnable::run);
        tellers.forEach(Runnable::run);
    }

    @Override
    public void batchWritten(int appendsInBatch, long newHead, long nanos) {
        batches.increment();
        appends.add(appendsInBatch);
        writeNanos.add(nanos);
        seen(newHead);
        grew();
    }

    @Override
    public void aroundBatch(int appendsInBatch, Runnable write) {
        monitor.batch(appendsInBatch, write);
    }

    /** Who measures appends and loads from now on. */
    public void measuredBy(LogMonitor next) {
        monitor = next;
    }

    LogMonitor monitor() {
        return monitor;
    }

    @Override
    public void joined() {
        joined.increment();
    }

    @Override
    public void conflict() {
        conflicts.increment();
    }

    /**
     * Wakes the readers once the transaction that an append joined is committed.
     *
     * @param commitAnew for an append that came in a callback after the commit: Spring would leave to the pool what
     *     becomes of it
     */
    void wakeAfterCommit(Runnable commitAnew) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            private boolean told;

            // Before the others, of whom one may append again: it would wait for the lock that commitAnew gives back.
            @Override
            public int getOrder() {
                return HIGHEST_PRECEDENCE;
            }

            @Override
            public void afterCommit() {
                told = true;
                grew();
            }

            // Who registers after the commit hears of the end alone.
            @Override
            public void afterCompletion(int status) {
                if (!told && status == STATUS_COMMITTED) {
                    commitAnew.run();
                    grew();
                }
            }
        });
    }

    public long joinedAppends() {
        return joined.sum();
    }

    public long conflicts() {
        return conflicts.sum();
    }

    public long batches() {
        return batches.sum();
    }

    public long appends() {
        return appends.sum();
    }

    public long writeNanos() {
        return writeNanos.sum();
    }
}
