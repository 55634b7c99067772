package dev.varve.bench;

/** The log beside raw JDBC and Axon's own engines, with equal events. */
final class EventStoreBench {

    private final Run run;

    EventStoreBench(Run run) {
        this.run = run;
    }

    void run() throws Exception {
        new AppendRows(run).run();
        new GrowthRows(run).run();
        new BulkRows(run).run();
        new AdoptRows(run).run();
        new GatewayRows(run).run();
        new FoundAggregatesRow(run).run();
        new ReadRows(run).run();
    }
}
