package dev.varve.eventstore;

import java.util.function.Supplier;

/** Stands around appends, for timers and spans. Must be quick, and must run what it is given exactly once. */
public interface AppendMonitor {

    /** Measures nothing. */
    AppendMonitor NONE = new AppendMonitor() {
        @Override
        public Appended append(boolean joined, Supplier<Appended> append) {
            return append.get();
        }

        @Override
        public void batch(int appends, Runnable write) {
            write.run();
        }
    };

    /**
     * Around what a caller waits for, on its thread.
     *
     * @param joined whether it is part of a transaction of the caller's
     */
    Appended append(boolean joined, Supplier<Appended> append);

    /** Around what the writer sends for so many callers, with all repetitions, on its thread. */
    void batch(int appends, Runnable write);
}
