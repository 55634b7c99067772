package dev.varve.app.cli;

import dev.varve.outbox.SubscriptionStatus;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Subscriptions for people: a line for each. */
final class SubscriptionTable {

    private SubscriptionTable() {}

    static void print(List<SubscriptionStatus> all, PrintWriter out) {
        out.printf(
                "%-24s %-10s %14s %10s %9s %7s  %s%n",
                "NAME", "SINK", "POSITION", "BEHIND", "OLDEST", "PARKED", "STATE");
        for (SubscriptionStatus one : all) {
            out.printf(
                    "%-24s %-10s %14d %10d %9s %7d  %s%n",
                    one.name(), one.sink(), one.position(), one.behind(), age(one), one.parkedKeys(), state(one));
        }
    }

    private static String state(SubscriptionStatus one) {
        if (one.paused()) {
            return "paused" + (one.pausedReason() == null ? "" : ": " + one.pausedReason());
        }
        if (one.trouble() != null) {
            return one.trouble();
        }
        if (one.owner() == null) {
            return "no node delivers";
        }
        return one.replay() == null
                ? "delivering"
                : "delivering, replay " + one.replay().state();
    }

    private static String age(SubscriptionStatus one) {
        Instant oldest = one.oldestUndelivered();
        return oldest == null
                ? "-"
                : Math.max(0, Duration.between(oldest, Instant.now()).toSeconds()) + " s";
    }
}
