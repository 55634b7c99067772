package dev.varve.bench;

import com.zaxxer.hikari.HikariDataSource;
import java.util.concurrent.ThreadFactory;

/** What a message with each event costs those who append. */
final class AppendWithMessageRows {

    private static final ThreadFactory VIRTUAL = Thread.ofVirtual().factory();
    private static final int CALLERS = 256;

    private final Run run;

    AppendWithMessageRows(Run run) {
        this.run = run;
    }

    void run() throws Exception {
        Contest contest = new Contest(run);
        String what = "append of 256 callers, a message with each event";
        if (!contest.wants(what)) {
            return;
        }
        try (HikariDataSource pool = run.server().newDatabase(10);
                OurLog log = new OurLog(pool)) {
            contest.measure("with", Sealing.beside(pool, () -> rate(caller -> log.appendWithMessage())))
                    .measure("without", Sealing.beside(pool, () -> rate(caller -> log.append(1))))
                    .row(what, "events/s", "with", "without", "without", new Goal.RatioAtLeast(0.75))
                    .run();
        }
    }

    private double rate(Callers.Call work) throws Exception {
        return Callers.rate(CALLERS, VIRTUAL, run.duration(), work);
    }
}
