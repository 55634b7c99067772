package dev.varve.app.cli;

import dev.varve.app.backup.BackupProgress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows how a backup or a restore comes along: one line that moves on a terminal, a line now and then elsewhere. */
final class BackupLine implements BackupProgress {

    private static final int WIDTH = 30;
    private static final long MEGABYTE = 1 << 20;

    private final PrintWriter out;
    private final boolean terminal;
    private final Duration pause;
    private @Nullable Step step;
    private long shownAt;

    BackupLine(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
        this.pause = terminal ? Duration.ofMillis(200) : Duration.ofSeconds(5);
    }

    @Override
    public synchronized void reached(Step reached, long done, long all) {
        long now = System.nanoTime();
        if (reached != step) {
            end();
            step = reached;
            // What is over within a pause is worth a line only to somebody who looks on.
            shownAt = terminal ? 0 : now;
        }
        if (now - shownAt < pause.toNanos() && (done < all || !terminal)) {
            return;
        }
        shownAt = now;
        String text = line(reached, done, all);
        if (terminal) {
            out.print("\r" + text);
        } else {
            out.println(text);
        }
        out.flush();
    }

    private static String line(Step step, long done, long all) {
        int filled = (int) (WIDTH * Math.min(done, all) / Math.max(all, 1));
        boolean bytes = step.unit().equals("bytes");
        return String.format(
                Locale.ROOT,
                "%-7s [%s%s] %,d of %,d %s ",
                step.name().toLowerCase(Locale.ROOT),
                "#".repeat(filled),
                ".".repeat(WIDTH - filled),
                bytes ? done / MEGABYTE : done,
                bytes ? all / MEGABYTE : all,
                bytes ? "MB" : step.unit());
    }

    /** Leaves the line, if one is being shown. */
    synchronized void end() {
        if (terminal && step != null) {
            out.println();
            out.flush();
        }
        step = null;
    }
}
