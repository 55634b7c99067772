package dev.varve.command.ingestion;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How far an import has come; any thread may step. */
sealed interface Progress {

    Progress NONE = new None();

    /** A bar where a person looks on, a line now and then where the output goes to a file or a pipe. */
    static Progress onThisConsole(String task, long expected, PrintWriter err) {
        return Terminal.isAttached() ? new Bar(task, expected, err) : new Lines(expected, err);
    }

    void step();

    /** Prints something without tearing the bar. */
    void interlude(Runnable printing);

    void close();

    /** Nothing is shown. */
    record None() implements Progress {
        @Override
        public void step() {}

        @Override
        public void interlude(Runnable printing) {
            printing.run();
        }

        @Override
        public void close() {}
    }

    /** A bar that redraws itself. */
    final class Bar implements Progress {

        private final ProgressBar bar;
        private final PrintWriter err;

        private Bar(String task, long expected, PrintWriter err) {
            this.err = err;
            bar = new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(expected > 0 ? expected : -1)
                    .setUnit(" rows", 1)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(250)
                    .showSpeed()
                    .build();
        }

        @Override
        public void step() {
            bar.step();
        }

        @Override
        public void interlude(Runnable printing) {
            bar.pause();
            err.println();
            printing.run();
            bar.resume();
        }

        @Override
        public void close() {
            bar.close();
        }
    }

    /** A line every few seconds. */
    final class Lines implements Progress {

        private static final long INTERVAL = Duration.ofSeconds(5).toNanos();

        private final long expected;
        private final PrintWriter err;
        private final AtomicLong rows = new AtomicLong();
        private final long begin = System.nanoTime();
        private final AtomicLong next = new AtomicLong(begin + INTERVAL);

        private Lines(long expected, PrintWriter err) {
            this.expected = expected;
            this.err = err;
        }

        @Override
        public void step() {
            long done = rows.incrementAndGet();
            long now = System.nanoTime();
            long due = next.get();
            if (now - due >= 0 && next.compareAndSet(due, now + INTERVAL)) {
                String of = expected > 0 ? String.format(Locale.ROOT, " of %,d", expected) : "";
                double perSecond = done * 1e9 / (now - begin);
                err.println(String.format(Locale.ROOT, "%,d%s rows, %,.0f rows/s", done, of, perSecond));
                err.flush();
            }
        }

        @Override
        public void interlude(Runnable printing) {
            printing.run();
        }

        @Override
        public void close() {
            err.flush();
        }
    }
}
