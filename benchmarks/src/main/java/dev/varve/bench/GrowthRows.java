package dev.varve.bench;

import com.zaxxer.hikari.HikariDataSource;
import java.util.Locale;

/** Appending to a large log beside a small one: what an append costs must not grow with the history before it. */
final class GrowthRows {

    private static final long SMALL = 100_000;

    private final Run run;

    GrowthRows(Run run) {
        this.run = run;
    }

    void run() throws Exception {
        String p50 = "one caller, p50, log of %s".formatted(thousands(run.largeLog()));
        String p99 = "one caller, p99, log of %s".formatted(thousands(run.largeLog()));
        Contest contest = new Contest(run);
        if (!contest.wants(p50) && !contest.wants(p99)) {
            return;
        }
        try (HikariDataSource smallPool = run.server().newDatabase(5);
                HikariDataSource largePool = run.server().newDatabase(5);
                OurLog small = new OurLog(smallPool);
                OurLog large = new OurLog(largePool)) {
            small.fill(SMALL);
            large.fill(run.largeLog());
            Goal goal = new Goal.RatioAtMost(1.3);
            String peer = "log of " + thousands(SMALL);
            contest.measure("large p50", () -> micros(large, 0.5))
                    .measure("small p50", () -> micros(small, 0.5))
                    .measure("large p99", () -> micros(large, 0.99))
                    .measure("small p99", () -> micros(small, 0.99))
                    .row(p50, "us", "large p50", peer, "small p50", goal)
                    .row(p99, "us", "large p99", peer, "small p99", goal)
                    .run();
        }
    }

    private double micros(OurLog log, double quantile) throws Exception {
        return Callers.micros(run.duration(), quantile, caller -> log.appendToFilled());
    }

    private static String thousands(long events) {
        return String.format(Locale.ROOT, "%,d", events);
    }
}
