package dev.varve.app.cli;

import dev.varve.eventstore.adoption.AdoptionProgress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows how a takeover comes along: one line that moves on a terminal, a line now and then elsewhere. */
final class AdoptionLine implements AdoptionProgress {

    private static final int WIDTH = 30;

    private final PrintWriter out;
    private final boolean terminal;
    private final Duration pause;
    private @Nullable Phase phase;
    private long phaseStart;
    private long doneAtStart;
    private long shownAt;

    AdoptionLine(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
        this.pause = terminal ? Duration.ofMillis(200) : Duration.ofSeconds(5);
    }

    @Override
    public void reached(Phase reached, long done, long all) {
        long now = System.nanoTime();
        if (reached != phase) {
            end();
            phase = reached;
            phaseStart = now;
            doneAtStart = done;
        } else if (now - shownAt < pause.toNanos() && done < all) {
            return;
        }
        shownAt = now;
        String text = line(reached, done, all, Math.round((done - doneAtStart) * 1e9 / Math.max(now - phaseStart, 1)));
        if (terminal) {
            out.print("\r" + text);
        } else {
            out.println(text);
        }
        out.flush();
    }

    private static String line(Phase phase, long done, long all, long rate) {
        int filled = (int) (WIDTH * done / Math.max(all, 1));
        return String.format(
                Locale.ROOT,
                "%-6s [%s%s] %,d of %,d events%s ",
                phase.name().toLowerCase(Locale.ROOT),
                "#".repeat(filled),
                ".".repeat(WIDTH - filled),
                done,
                all,
                rate == 0 ? "" : String.format(Locale.ROOT, ", %,d/s", rate));
    }

    /** Leaves the line, if one is being shown. */
    void end() {
        if (terminal && phase != null) {
            out.println();
            out.flush();
        }
    }
}
