package dev.varve.bench;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
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
            checkpoint(largePool);
            Turns p50s = new Turns(small, large, 0.5);
            Turns p99s = new Turns(small, large, 0.99);
            Goal goal = new Goal.RatioAtMost(1.3);
            String peer = "log of " + thousands(SMALL);
            contest.measure("large p50", p50s::large)
                    .measure("small p50", p50s::small)
                    .measure("large p99", p99s::large)
                    .measure("small p99", p99s::small)
                    .row(p50, "us", "large p50", peer, "small p50", goal)
                    .row(p99, "us", "large p99", peer, "small p99", goal)
                    .run();
        }
    }

    /** What filling left to be written back must not disturb what is measured. */
    private static void checkpoint(HikariDataSource pool) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CHECKPOINT");
        }
    }

    /** One caller appends to both logs in turn, so that whatever disturbs it disturbs both. */
    private final class Turns {

        private final OurLog small;
        private final OurLog large;
        private final double quantile;
        private double smallMicros;

        Turns(OurLog small, OurLog large, double quantile) {
            this.small = small;
            this.large = large;
            this.quantile = quantile;
        }

        double large() {
            List<Double> ofSmall = new ArrayList<>();
            List<Double> ofLarge = new ArrayList<>();
            long end = System.nanoTime() + 2 * run.duration().toNanos();
            while (System.nanoTime() < end) {
                ofSmall.add(micros(small));
                ofLarge.add(micros(large));
            }
            smallMicros = Rounds.quantile(ofSmall, quantile);
            return Rounds.quantile(ofLarge, quantile);
        }

        /** Of the same time as {@link #large}, which is measured first. */
        double small() {
            return smallMicros;
        }

        private static double micros(OurLog log) {
            long start = System.nanoTime();
            log.appendToFilled();
            return (System.nanoTime() - start) / 1e3;
        }
    }

    private static String thousands(long events) {
        return String.format(Locale.ROOT, "%,d", events);
    }
}
