package dev.varve.app.cli;

import dev.varve.projection.rebuild.Rebuild;
import dev.varve.projection.rebuild.Rebuild.Wanted;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;

/** A rebuild in words. */
final class RebuildLines {

    private RebuildLines() {}

    static void print(Rebuild rebuild, PrintWriter out) {
        out.printf("rebuild %d of %s: %s%n", rebuild.id(), String.join(", ", rebuild.projections()), state(rebuild));
        if (rebuild.error() != null) {
            out.println("  " + rebuild.error());
        }
        rebuild.differences().forEach(difference -> out.println("  " + difference));
        if (rebuild.keptUntil() != null && rebuild.state() == Rebuild.State.SWITCHED) {
            out.println("  can be undone until " + rebuild.keptUntil());
        }
    }

    private static String state(Rebuild rebuild) {
        String asked = rebuild.wanted() == Wanted.RUN
                ? ""
                : ", asked to " + rebuild.wanted().word();
        return rebuild.state().building()
                ? "%s%s, %s%s"
                        .formatted(
                                rebuild.state().word(),
                                asked,
                                progress(rebuild),
                                rebuild.node() == null ? ", no node works on it" : "")
                : "%s%s at position %,d".formatted(rebuild.state().word(), asked, rebuild.position());
    }

    /** How far it is, what it does, events a second, time left. */
    static Follower.Glance glance(Rebuild rebuild) {
        return new Follower.Glance(
                rebuild.share(),
                rebuild.state().word(),
                rebuild.state().word() + ", " + progress(rebuild),
                rebuild.node() != null || rebuild.wanted() == Wanted.PAUSE);
    }

    private static String progress(Rebuild rebuild) {
        OptionalLong left = rebuild.secondsLeft();
        if (rebuild.target() == 0) {
            return "how much there is to do is not known yet";
        }
        return String.format(
                        Locale.ROOT,
                        "%d %% of %,d, %,d events",
                        (int) (rebuild.share() * 100),
                        rebuild.target(),
                        rebuild.events())
                + (rebuild.rate() > 0 ? String.format(Locale.ROOT, ", %,d events/s", rebuild.rate()) : "")
                + (left.isPresent() ? ", " + words(Duration.ofSeconds(left.getAsLong())) + " left" : "");
    }

    private static String words(Duration time) {
        return time.toHours() > 0
                ? "%d h %d min".formatted(time.toHours(), time.toMinutesPart())
                : time.toMinutes() > 0
                        ? "%d min %d s".formatted(time.toMinutes(), time.toSecondsPart())
                        : time.toSeconds() + " s";
    }
}
