package dev.varve.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;

/** Many callers that do the same thing, each after its last call has returned, for a fixed time. */
final class Callers {

    private Callers() {}

    /**
     * The rate of all callers together.
     *
     * @param work what one call does; the number is the caller's, and it returns how many units it did
     * @return units a second
     */
    static double rate(int callers, ThreadFactory threads, Duration duration, Call work) throws Exception {
        try (ExecutorService executor = Executors.newThreadPerTaskExecutor(threads)) {
            long start = System.nanoTime();
            long end = start + duration.toNanos();
            List<Callable<Long>> tasks = new ArrayList<>();
            for (int caller = 0; caller < callers; caller++) {
                int number = caller;
                tasks.add(() -> {
                    long done = 0;
                    for (long units = 1; units > 0 && System.nanoTime() < end; done += units) {
                        units = work.call(number);
                    }
                    return done;
                });
            }
            long total = 0;
            for (Future<Long> future : executor.invokeAll(tasks)) {
                total += future.get();
            }
            return total * 1e9 / (System.nanoTime() - start);
        }
    }

    /** The median time of one call of one caller, in microseconds. */
    static double medianMicros(Duration duration, Call work) throws Exception {
        List<Double> micros = new ArrayList<>();
        long end = System.nanoTime() + duration.toNanos();
        while (System.nanoTime() < end) {
            long start = System.nanoTime();
            work.call(0);
            micros.add((System.nanoTime() - start) / 1e3);
        }
        return Rounds.median(micros);
    }

    /** One call of a caller; returns how many units of work it did, 0 when there is nothing left to do. */
    @FunctionalInterface
    interface Call {
        long call(int caller) throws Exception;
    }
}
