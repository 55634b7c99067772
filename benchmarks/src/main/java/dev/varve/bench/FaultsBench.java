package dev.varve.bench;

import dev.varve.eventstore.Append;
import dev.varve.eventstore.AppendSettings;
import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.PostgresEventLog;
import dev.varve.eventstore.RecordedEvent;
import dev.varve.testkit.faults.Breakage;
import dev.varve.testkit.faults.Cluster;
import dev.varve.testkit.faults.Outage;
import dev.varve.testkit.faults.Sighting;
import dev.varve.testkit.faults.TableCopy;
import dev.varve.testkit.faults.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * {@code ./varve bench faults}: breaks a cluster of nodes and PostgreSQL for a while, in every way there is, and then proves
 * that the log is whole and that every reader saw it so; at last it is dumped and restored.
 */
final class FaultsBench {

    private static final Duration RECOVERY = Duration.ofSeconds(60);
    private static final Duration BREATHER = Duration.ofMillis(1_500);
    private static final long ALLOWED_LATENESS = 2_000;
    private static final int PAGE = 5_000;

    private final FaultsReport report;
    private final Path folder;
    private final int nodes;
    private final Map<Breakage, Integer> inflicted = new EnumMap<>(Breakage.class);
    private final List<Outage> outages = new ArrayList<>();

    /** @param folder an empty one, which the caller removes */
    FaultsBench(Path folder, int nodes, FaultsReport report) {
        this.folder = folder;
        this.nodes = nodes;
        this.report = report;
    }

    /**
     * Runs all breakages, one after the other, until the time is up; each at least once.
     *
     * @return whether the log kept all it promises
     */
    boolean run(Duration duration, Duration lengthOfEach, List<Breakage> breakages) throws Exception {
        try (Cluster cluster = Cluster.start(folder, FaultNode.class, nodes)) {
            awaitStart(cluster);
            LockSupport.parkNanos(BREATHER.toNanos());
            long end = System.nanoTime() + duration.toNanos();
            for (int n = 0; n < breakages.size() || System.nanoTime() < end; n++) {
                Breakage breakage = breakages.get(n % breakages.size());
                Outage outage = breakage.inflict(cluster, n % nodes, lengthOfEach, RECOVERY);
                outages.add(new Outage(outage.from(), outage.to() + BREATHER.toMillis() / 2));
                inflicted.merge(breakage, 1, Integer::sum);
                report.recovered(breakage, outage.to() - outage.from());
                LockSupport.parkNanos(BREATHER.toNanos());
            }
            cluster.leave();
            List<Sighting> log = contents(cluster.dataSource());
            judge(Verdict.of(folder, log, outages));
            restore(cluster, log);
        }
        return report.end();
    }

    private static void awaitStart(Cluster cluster) {
        long deadline = System.nanoTime() + RECOVERY.toNanos();
        for (int n = 0; n < cluster.size(); n++) {
            while (cluster.progress(n) == 0) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("%s did not start, see its log".formatted(cluster.name(n)));
                }
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }
    }

    private static List<Sighting> contents(DataSource dataSource) {
        try (PostgresEventLog log = new PostgresEventLog(dataSource, AppendSettings.defaults(), new LogSignals())) {
            List<Sighting> all = new ArrayList<>();
            for (List<RecordedEvent> page = log.read(0, PAGE);
                    !page.isEmpty();
                    page = log.read(page.getLast().position(), PAGE)) {
                for (RecordedEvent event : page) {
                    all.add(new Sighting(event.position(), event.eventId(), event.streamId(), event.version(), 0));
                }
            }
            return all;
        }
    }

    private void judge(Verdict verdict) {
        report.inflicted(nodes, inflicted);
        report.say("events acknowledged", verdict.written());
        report.say("events of uncertain fate", verdict.uncertain());
        report.say("events in the log", verdict.inLog());
        report.say("sightings by the readers", verdict.sightings());
        report.atMost("lost", verdict.lost(), 0);
        report.atMost("duplicated", verdict.duplicated(), 0);
        report.atMost("out of order", verdict.outOfOrder(), 0);
        report.atMost("positions missing", verdict.gaps(), 0);
        report.atMost("refused or rolled back, and there", verdict.ghosts(), 0);
        report.atMost("latest sighting after the answer, ms", verdict.lateness(), ALLOWED_LATENESS);
        report.examples(verdict.examples());
    }

    /** Rows out and in again: the copy reads the same, goes on at the next position, and knows what it has. */
    private void restore(Cluster cluster, List<Sighting> log) throws Exception {
        Path dump = Files.createDirectory(folder.resolve("dump"));
        DataSource copy = cluster.createDatabase("restored");
        TableCopy.dump(cluster.dataSource(), dump, List.of("event_store", "outbox"))
                .restore(copy);
        List<Sighting> restored = contents(copy);
        long differences = Math.abs(log.size() - restored.size());
        for (int n = 0; n < Math.min(log.size(), restored.size()); n++) {
            differences += log.get(n).equals(restored.get(n)) ? 0 : 1;
        }
        try (PostgresEventLog again = new PostgresEventLog(copy, AppendSettings.defaults(), new LogSignals())) {
            RecordedEvent last = again.read(log.getLast().position() - 1, 1).getFirst();
            long known = again.append(sameAs(last)).lastPosition();
            long next = again.append(next(last)).lastPosition();
            differences += known == last.position() && next == last.position() + 1 ? 0 : 1;
        }
        report.atMost("differences after dump and restore", differences, 0);
    }

    private static Append sameAs(RecordedEvent event) {
        return append(event, event.eventId(), event.version());
    }

    private static Append next(RecordedEvent event) {
        return append(event, event.eventId() + "-next", event.version() + 1);
    }

    private static Append append(RecordedEvent event, String id, long version) {
        return Append.of(List.of(new NewEvent(
                id,
                event.streamType(),
                event.streamId(),
                version,
                event.type(),
                event.revision(),
                event.recordedAt(),
                event.payload(),
                event.metadata())));
    }
}
