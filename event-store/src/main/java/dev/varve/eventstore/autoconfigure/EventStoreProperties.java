package dev.varve.eventstore.autoconfigure;

import dev.varve.eventstore.AppendSettings;
import dev.varve.eventstore.Partitions.Grain;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the event store. None can be changed while it runs.
 *
 * @param migrate whether the schemas of the engine are made and brought up to date when the application starts, before
 *     anything asks for their tables; one node does it, the others wait. Where the application's role may not do so, start
 *     each new release once with a role that may, or call {@code Migrations} yourself
 * @param maxBatchEvents events written by one statement; more gives higher throughput under load and longer pauses
 * @param maxBatchSize JSON written by one statement; a larger append goes alone
 * @param queueCapacity appends that may wait for the writer; the next is refused at once
 * @param queueSize JSON that may wait for the writer; the next append is refused at once
 * @param maxEventSize payload and metadata of one event, or payload of one message; a larger one is refused. A reader
 *     holds thousands of events, so raise it for rare documents rather than for many
 * @param writers batches that may be written at once, each on a connection of the pool: while PostgreSQL works on one, the
 *     next is on its way. A second is used only where a batch takes longer to write than to flush, which is measured all
 *     the time; more than two have not been seen to help
 * @param appendTimeout how long a caller waits for its events to be durable, and for the answer to a read; the wait for
 *     a connection of the pool comes on top for a read, and is the pool's own setting, 10 s unless you say otherwise
 * @param tokenClaimTimeout after which a silent node's segments may be taken over by another, from 1s. Shorter lets others go
 *     on sooner where a node died, and takes segments from one that stands still for as long
 * @param partitionSize positions in a partition that is made from now on
 * @param partitionsAhead partitions kept ready after the one that is being written; more where they are so small that a busy
 *     minute fills as many
 * @param messagePartitionSize the same for the outbox's messages, which are dropped by the partition: smaller ones go
 *     sooner, and each append looks at all that are there, so stay below some hundreds of them within the retention
 * @param slowAfter what makes appends wait longer is named in the log, in metrics and in the health answer
 * @param sealInterval how often new events are sealed: digests are kept, with which {@code log verify} finds a change by
 *     hand, and new streams get their rows; a change before that is not found, and each event is read once for it
 * @param commandReceiptRetention how long the id that a sender gave its command is known, from 1m: sent again within that time
 *     it is not carried out again, later it is. Each such command costs a row for as long; senders must have stopped
 *     repeating by then
 * @param aggregateCacheSize aggregates kept in memory between commands, those used last; they give way when memory is
 *     short; 0 loads each aggregate for each command
 * @param readWindow events kept in memory for all processors of a node together, so that each is read and decoded once;
 *     when it is too small, processors at different places read for themselves
 * @param flushProcessors whether a processor's transaction waits for the disk when it commits. Its checkpoint and its rows
 *     stand or fall together, so a crash of the server costs nothing but handling the events of its last fraction of a
 *     second again; turn it on if handlers do, after their commit, what must not be done twice even then
 * @param maxPollInterval how long an idle node waits before it asks for events of other nodes where {@code notify} is
 *     off; a node that is notified asks five times more rarely, for what it may have missed
 * @param notifying ({@code notify}) whether nodes tell each other by NOTIFY that there are new events, and listen on two connections beside
 *     the pool; turn it off where sessions are shared, as by PgBouncer in transaction mode: events of other nodes are
 *     then noticed up to {@code max-poll-interval} later
 */
@ConfigurationProperties("varve.event-store")
public record EventStoreProperties(
        @DefaultValue("true") boolean migrate,
        @DefaultValue("1000") int maxBatchEvents,
        @DefaultValue("8MB") DataSize maxBatchSize,
        @DefaultValue("10000") int queueCapacity,
        @DefaultValue("128MB") DataSize queueSize,
        @DefaultValue("4MB") DataSize maxEventSize,
        @DefaultValue("2") int writers,
        @DefaultValue("10s") Duration appendTimeout,
        @DefaultValue("10s") Duration tokenClaimTimeout,
        @DefaultValue("10000000") long partitionSize,
        @DefaultValue("2") int partitionsAhead,
        @DefaultValue("1000000") long messagePartitionSize,
        @DefaultValue("1s") Duration slowAfter,
        @DefaultValue("5s") Duration sealInterval,
        @DefaultValue("30d") Duration commandReceiptRetention,
        @DefaultValue("10000") int aggregateCacheSize,
        @DefaultValue("64MB") DataSize readWindow,
        @DefaultValue("false") boolean flushProcessors,
        @DefaultValue("2s") Duration maxPollInterval,
        @Name("notify") @DefaultValue("true") boolean notifying) {

    public EventStoreProperties {
        List<String> violations = new ArrayList<>();
        atLeast(violations, "max-batch-events", maxBatchEvents, 1);
        atLeast(violations, "max-batch-size", maxBatchSize.toBytes(), 1024);
        atLeast(violations, "queue-capacity", queueCapacity, 1);
        atLeast(violations, "queue-size", queueSize.toBytes(), 1024);
        atLeast(violations, "max-event-size", maxEventSize.toBytes(), 1024);
        atMost(violations, "max-event-size", maxEventSize.toBytes(), 256L << 20);
        atLeast(violations, "writers", writers, 1);
        atMost(violations, "writers", writers, 8);
        atLeast(violations, "append-timeout", appendTimeout.toMillis(), 1);
        atLeast(violations, "token-claim-timeout", tokenClaimTimeout.toMillis(), 1_000);
        atLeast(violations, "partition-size", partitionSize, 100_000);
        atLeast(violations, "partitions-ahead", partitionsAhead, 1);
        atLeast(violations, "message-partition-size", messagePartitionSize, 100_000);
        atLeast(violations, "slow-after", slowAfter.toMillis(), 10);
        atLeast(violations, "seal-interval", sealInterval.toMillis(), 1000);
        atLeast(violations, "command-receipt-retention", commandReceiptRetention.toMillis(), 60_000);
        atLeast(violations, "aggregate-cache-size", aggregateCacheSize, 0);
        atLeast(violations, "read-window", readWindow.toBytes(), 1024);
        atLeast(violations, "max-poll-interval", maxPollInterval.toMillis(), 1);
        if (!violations.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", violations));
        }
    }

    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(5);

    /**
     * How long a processor that has nothing to store is silent before it extends its claims: often enough that one that is
     * alive keeps them, and that one whose claim was taken away knows it before another begins.
     */
    public Duration claimExtension() {
        Duration half = tokenClaimTimeout.dividedBy(2);
        return half.compareTo(LONGEST_SILENCE) < 0 ? half : LONGEST_SILENCE;
    }

    private static void atLeast(List<String> violations, String name, long value, long bound) {
        if (value < bound) {
            violations.add("varve.event-store.%s is %d, and must be at least %d".formatted(name, value, bound));
        }
    }

    private static void atMost(List<String> violations, String name, long value, long bound) {
        if (value > bound) {
            violations.add("varve.event-store.%s is %d, and must be at most %d".formatted(name, value, bound));
        }
    }

    private static final long WRITTEN_IN_A_MINUTE = 5_000_000;

    Grain eventPartitions() {
        return enoughOf(partitionSize);
    }

    Grain messagePartitions() {
        return enoughOf(messagePartitionSize);
    }

    /** Enough ahead for what can be written until somebody looks again: without a partition nothing can be. */
    private Grain enoughOf(long size) {
        int enough = (int) Math.ceilDiv(WRITTEN_IN_A_MINUTE, size);
        return new Grain(size, Math.max(partitionsAhead, enough));
    }

    AppendSettings append() {
        return new AppendSettings(
                maxBatchEvents,
                maxBatchSize.toBytes(),
                queueCapacity,
                queueSize.toBytes(),
                Math.toIntExact(maxEventSize.toBytes()),
                writers,
                appendTimeout);
    }
}
