package dev.varve.bench;

import dev.varve.eventstore.Append;
import dev.varve.eventstore.AppendFailedException;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.StreamConflictException;
import dev.varve.testkit.faults.CheckedNode;
import dev.varve.testkit.faults.Fact;
import dev.varve.testkit.faults.Sighting;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.springframework.transaction.support.TransactionTemplate;

/** The log as the completeness checker drives it. What it says of an append is taken at its word, and checked. */
final class EventLogNode implements CheckedNode {

    private static final byte[] JSON = "{}".getBytes(StandardCharsets.UTF_8);

    private final EventLog log;
    private final TransactionTemplate transaction;

    EventLogNode(EventLog log, TransactionTemplate transaction) {
        this.log = log;
        this.transaction = transaction;
    }

    private static Append of(List<Fact> facts) {
        return Append.of(facts.stream()
                .map(fact -> new NewEvent(
                        fact.id(),
                        "Checked",
                        fact.stream(),
                        fact.version(),
                        "checked.written",
                        "1",
                        fact.at(),
                        JSON,
                        JSON))
                .toList());
    }

    @Override
    public Answer append(List<Fact> facts) {
        try {
            log.append(of(facts));
            return Answer.WRITTEN;
        } catch (StreamConflictException e) {
            return Answer.REFUSED;
        } catch (AppendFailedException e) {
            return e.maybeWritten() ? Answer.UNKNOWN : Answer.REFUSED;
        }
    }

    @Override
    public Answer appendInTransaction(List<Fact> facts, Duration thinkTime, boolean rollBack) {
        AtomicBoolean committing = new AtomicBoolean();
        try {
            transaction.executeWithoutResult(status -> {
                log.append(of(facts));
                LockSupport.parkNanos(thinkTime.toNanos());
                if (rollBack) {
                    status.setRollbackOnly();
                } else {
                    committing.set(true);
                }
            });
            return rollBack ? Answer.REFUSED : Answer.WRITTEN;
        } catch (RuntimeException e) {
            return committing.get() ? Answer.UNKNOWN : Answer.REFUSED;
        }
    }

    @Override
    public long version(String stream) {
        return log.streamVersion(stream).orElse(-1);
    }

    @Override
    public List<Sighting> read(long after, int limit) {
        return log.read(after, limit).stream()
                .map(event -> new Sighting(
                        event.position(),
                        event.eventId(),
                        event.streamId(),
                        event.version(),
                        System.currentTimeMillis()))
                .toList();
    }
}
