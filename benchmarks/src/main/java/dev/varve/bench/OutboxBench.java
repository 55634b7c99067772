package dev.varve.bench;

/** The outbox beside those who read one for a living, with equal messages. */
final class OutboxBench {

    private final Run run;

    OutboxBench(Run run) {
        this.run = run;
    }

    void run() throws Exception {
        new LatencyRows(run).run();
        new DrainRows(run).run();
        new AppendWithMessageRows(run).run();
        new RelayRows(run).run();
        new RetentionRows(run).run();
    }
}
