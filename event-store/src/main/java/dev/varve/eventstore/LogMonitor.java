package dev.varve.eventstore;

import java.util.List;
import java.util.function.Supplier;

/** Stands around appends and loads, for timers and spans. Must be quick, and must run what it is given exactly once. */
public interface LogMonitor {

    /** Measures nothing. */
    LogMonitor NONE = new LogMonitor() {
        @Override
        public Appended append(boolean joined, Supplier<Appended> append) {
            return append.get();
        }

        @Override
        public void batch(int appends, Runnable write) {
            write.run();
        }

        @Override
        public List<RecordedEvent> load(Supplier<List<RecordedEvent>> load) {
            return load.get();
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

    /** Around what a caller waits for who wants a stream, or the next page of one, on its thread. */
    List<RecordedEvent> load(Supplier<List<RecordedEvent>> load);
}
