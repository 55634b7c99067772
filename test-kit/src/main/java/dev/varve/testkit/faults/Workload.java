package dev.varve.testkit.faults;

import dev.varve.testkit.faults.CheckedNode.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one node does while it is checked: writers of both kinds and a reader, which note down in journals all that they
 * did and saw.
 *
 * <p>An append whose fate nobody knows is sent again, as a careful caller does. Some streams are a writer's own, some are
 * shared by all writers of all nodes; event times lie up to a day back.
 */
public final class Workload implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Workload.class);
    private static final int PAGE = 500;
    private static final int TRIES = 5;
    private static final int SHARED_STREAMS = 3;
    private static final Duration QUIET = Duration.ofSeconds(2);

    /**
     * How much of what.
     *
     * @param writers that append on their own
     * @param joiningWriters that append within a transaction
     * @param longestPause of a writer between two appends
     * @param rollBacks of a hundred transactions
     */
    public record Plan(int writers, int joiningWriters, Duration longestPause, int rollBacks) {}

    private final CheckedNode node;
    private final String name;
    private final Plan plan;
    private final Journal writes;
    private final Journal reads;
    private final long resumeAt;
    private final AtomicLong ids = new AtomicLong();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<?>> running = new ArrayList<>();
    private volatile boolean writing = true;

    private Workload(CheckedNode node, String name, Path folder, Plan plan, long seed) {
        this.node = node;
        this.name = name + "." + Long.toString(System.nanoTime(), Character.MAX_RADIX);
        this.plan = plan;
        Path readsOfNode = folder.resolve(name + Verdict.READS);
        this.writes = Journal.open(folder.resolve(name + Verdict.WRITES));
        this.reads = Journal.open(readsOfNode);
        List<String> seen = Journal.lines(readsOfNode);
        this.resumeAt = seen.isEmpty() ? 0 : Sighting.parse(seen.getLast()).position();
        SplittableRandom dice = new SplittableRandom(seed);
        for (int n = 0; n < plan.writers() + plan.joiningWriters(); n++) {
            Writer writer = new Writer(n, n >= plan.writers(), dice.split());
            running.add(threads.submit(writer::run));
        }
        running.add(threads.submit(this::follow));
    }

    /**
     * Starts, or goes on where a node of this name was when it died.
     *
     * @param folder where the journals are
     */
    public static Workload start(CheckedNode node, String name, Path folder, Plan plan, long seed) {
        return new Workload(node, name, folder, plan, seed);
    }

    private void follow() {
        long after = resumeAt;
        long quietSince = System.nanoTime();
        while (writing || System.nanoTime() - quietSince < QUIET.toNanos()) {
            List<Sighting> page = List.of();
            try {
                page = node.read(after, PAGE);
            } catch (RuntimeException e) {
                log.info("reader waits node={} after={} reason={}", name, after, e.getMessage());
                quietSince = System.nanoTime();
            }
            if (page.isEmpty()) {
                LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
            } else {
                reads.add(page.stream().map(Sighting::line).collect(Collectors.joining("\n")));
                after = page.getLast().position();
                quietSince = System.nanoTime();
            }
        }
    }

    /** Ends the writers, and the reader when it has seen nothing new for a while; throws if one of them had failed. */
    @Override
    public void close() {
        writing = false;
        threads.close();
        writes.close();
        reads.close();
        for (Future<?> thread : running) {
            try {
                thread.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while the workload ended", e);
            } catch (ExecutionException e) {
                throw new IllegalStateException("the workload of node %s broke".formatted(name), e);
            }
        }
    }

    private final class Writer {

        private final int number;
        private final boolean joins;
        private final SplittableRandom dice;
        private String own;
        private long ownVersion = -1;

        Writer(int number, boolean joins, SplittableRandom dice) {
            this.number = number;
            this.joins = joins;
            this.dice = dice;
            this.own = newStream();
        }

        private String newStream() {
            return name + "-" + number + "-" + ids.incrementAndGet();
        }

        void run() {
            while (writing) {
                if (dice.nextInt(8) == 0) {
                    writeShared();
                } else {
                    writeOwn();
                }
                LockSupport.parkNanos(dice.nextLong(plan.longestPause().toNanos()));
            }
        }

        private void writeOwn() {
            List<Fact> facts = facts(own, ownVersion + 1, 1 + dice.nextInt(4));
            if (write(facts) == Answer.WRITTEN) {
                ownVersion += facts.size();
            } else {
                // What became of the stream is not certain, or it was rolled back; another one is as good.
                own = newStream();
                ownVersion = -1;
            }
        }

        private void writeShared() {
            String stream = "shared-" + dice.nextInt(SHARED_STREAMS);
            long version;
            try {
                version = node.version(stream);
            } catch (RuntimeException e) {
                return;
            }
            write(facts(stream, version + 1, 1));
        }

        private List<Fact> facts(String stream, long firstVersion, int count) {
            List<Fact> facts = new ArrayList<>();
            for (int n = 0; n < count; n++) {
                Instant at = Instant.now().minusSeconds(dice.nextInt(86_400));
                facts.add(new Fact(name + "-" + ids.incrementAndGet(), stream, firstVersion + n, at));
            }
            return facts;
        }

        private Answer write(List<Fact> facts) {
            boolean rollBack = joins && dice.nextInt(100) < plan.rollBacks();
            note("TRIED", facts);
            for (int tried = 0; tried < TRIES; tried++) {
                switch (attempt(facts, rollBack)) {
                    case WRITTEN -> {
                        note("WRITTEN", facts);
                        return Answer.WRITTEN;
                    }
                    case REFUSED -> {
                        // Refused for good only if no attempt before may have been written.
                        note(tried == 0 ? "REFUSED" : "UNKNOWN", facts);
                        return Answer.REFUSED;
                    }
                    case UNKNOWN -> LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
                }
            }
            return Answer.UNKNOWN;
        }

        private Answer attempt(List<Fact> facts, boolean rollBack) {
            try {
                return joins
                        ? node.appendInTransaction(facts, Duration.ofNanos(dice.nextLong(3_000_000)), rollBack)
                        : node.append(facts);
            } catch (RuntimeException e) {
                log.info("append without answer node={} reason={}", name, e.getMessage());
                return Answer.UNKNOWN;
            }
        }

        private void note(String what, List<Fact> facts) {
            long now = System.currentTimeMillis();
            writes.add(facts.stream()
                    .map(fact -> what + " " + fact.id() + " " + now)
                    .collect(Collectors.joining("\n")));
        }
    }
}
