package dev.varve.command.ingestion;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Dispatches rows concurrently: as many virtual threads as there are lanes, each with a queue of its own, which takes
 * all that waits in it at once.
 *
 * <p>A row's key chooses its lane, so the rows of one stream keep their order and never conflict with each other. Full
 * queues hold back the reader, which is what bounds the memory.
 */
final class RowLanes implements AutoCloseable {

    /** What waits in a lane is dispatched together. */
    private static final int ROWS_WAITING_PER_LANE = 500;

    private final List<BlockingQueue<Step>> lanes = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Consumer<List<IngestionRow>> dispatch;
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

    RowLanes(int count, Consumer<List<IngestionRow>> dispatch) {
        this.dispatch = dispatch;
        for (int i = 0; i < count; i++) {
            BlockingQueue<Step> lane = new ArrayBlockingQueue<>(ROWS_WAITING_PER_LANE);
            lanes.add(lane);
            threads.add(Thread.ofVirtual().name("ingestion-lane-" + i).start(() -> work(lane)));
        }
    }

    /**
     * Hands a row to its lane.
     *
     * @throws RuntimeException what an earlier row failed with; no more rows are taken then
     */
    void put(IngestionRow row) throws InterruptedException {
        throwFailure();
        lanes.get(Math.floorMod(spread(row.key().hashCode()), lanes.size())).put(new Row(row));
    }

    /** Waits until every lane has done what was put into it. */
    void settle() throws InterruptedException {
        CountDownLatch reached = new CountDownLatch(lanes.size());
        for (BlockingQueue<Step> lane : lanes) {
            lane.put(new Mark(reached));
        }
        reached.await();
        throwFailure();
    }

    /** Ends the lanes after what they already hold. */
    @Override
    public void close() {
        boolean interrupted = false;
        for (BlockingQueue<Step> lane : lanes) {
            interrupted |= putWhateverHappens(lane, new End());
        }
        for (Thread thread : threads) {
            interrupted |= joinWhateverHappens(thread);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void work(BlockingQueue<Step> lane) {
        List<Step> steps = new ArrayList<>();
        List<IngestionRow> rows = new ArrayList<>();
        while (true) {
            try {
                steps.add(lane.take());
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts a lane", e);
            }
            lane.drainTo(steps);
            for (Step step : steps) {
                switch (step) {
                    case Row(IngestionRow row) -> rows.add(row);
                    case Mark(CountDownLatch reached) -> {
                        dispatch(rows);
                        reached.countDown();
                    }
                    case End() -> {
                        dispatch(rows);
                        return;
                    }
                }
            }
            dispatch(rows);
            steps.clear();
        }
    }

    /** After a failure rows are dropped, so that the reader never waits for a lane that has given up. */
    private void dispatch(List<IngestionRow> rows) {
        try {
            if (!rows.isEmpty() && failure.get() == null) {
                dispatch.accept(rows);
            }
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
        } catch (Error e) {
            failure.compareAndSet(null, new IllegalStateException("a row's thread broke: " + e, e));
        } finally {
            rows.clear();
        }
    }

    private void throwFailure() {
        RuntimeException first = failure.get();
        if (first != null) {
            throw first;
        }
    }

    private static boolean putWhateverHappens(BlockingQueue<Step> lane, Step step) {
        boolean interrupted = false;
        while (true) {
            try {
                lane.put(step);
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    private static boolean joinWhateverHappens(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    /** String hashes of ids that differ in their last digits lie close together; this spreads them over the lanes. */
    private static int spread(int hash) {
        int mixed = hash * 0x9E3779B9;
        return mixed ^ (mixed >>> 16);
    }

    private sealed interface Step {}

    private record Row(IngestionRow row) implements Step {}

    private record Mark(CountDownLatch reached) implements Step {}

    private record End() implements Step {}
}
