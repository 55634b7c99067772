package dev.varve.projection.replay;

import dev.varve.eventstore.EventFilter;
import dev.varve.eventstore.LogRanges;
import dev.varve.eventstore.axon.EventDecoder;
import dev.varve.projection.Applying;
import dev.varve.projection.LazyMetadata;
import dev.varve.projection.Parking;
import dev.varve.projection.Projection;
import dev.varve.projection.RecordedEvent;
import dev.varve.projection.RowWriter;
import dev.varve.projection.WantedEvents;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.axonframework.serialization.SerializationException;

/**
 * Applies one replay, page after page; each page is a transaction with its rows and the replay's position. Only the
 * projection's function runs: no handler, no automation, no message.
 */
final class ReplayRun<E> {

    private static final int PAGE = 500;
    private static final String TAKE_BACK = "ROLLBACK TO SAVEPOINT applying";

    private final ReplayLease lease;
    private final Projection<E> projection;
    private final Applying<E> applying;
    private final Parking parking;
    private final EventDecoder decoder;
    private final DataSource dataSource;
    private final EventFilter filter;
    private long countedAt = System.nanoTime();
    private long counted;
    private long rate;

    ReplayRun(
            ReplayLease lease, Projection<E> projection, Parking parking, EventDecoder decoder, DataSource dataSource) {
        this.lease = lease;
        this.projection = projection;
        this.applying = new Applying<>(projection, new RowWriter());
        this.parking = parking;
        this.decoder = decoder;
        this.dataSource = dataSource;
        this.filter = lease.terms().types().isEmpty()
                ? WantedEvents.of(List.of(projection), decoder)
                : new EventFilter.OfTypes(List.copyOf(lease.terms().types()));
    }

    /** What was read at once, and how far the log was read for it. */
    private record Page<E>(List<RecordedEvent<E>> events, long reached) {}

    /** Works until it is over, somebody wants it to stop, or this node does. */
    void run(BooleanSupplier goOn) throws SQLException {
        long position = lease.position();
        Integer maxRate = lease.terms().maxRate();
        int size = maxRate == null ? PAGE : Math.clamp(maxRate / 4, 1, PAGE);
        while (position < lease.to() && goOn.getAsBoolean()) {
            long started = System.nanoTime();
            Page<E> page = read(position, size);
            if (!apply(page)) {
                return;
            }
            if (lease.failedSequences().size() > ReplayLease.MOST_FAILED) {
                lease.fail(
                        "events of more than %d sequences could not be applied".formatted(ReplayLease.MOST_FAILED),
                        dataSource);
                return;
            }
            if (maxRate != null) {
                pause(started + page.events().size() * TimeUnit.SECONDS.toNanos(1) / maxRate, goOn);
            }
            measure(page.events().size());
            position = page.reached();
        }
    }

    /** Events a second, of the last few. */
    private void measure(int events) {
        counted += events;
        long passed = System.nanoTime() - countedAt;
        if (passed > TimeUnit.SECONDS.toNanos(1)) {
            long lately = (long) (counted * 1e9 / passed);
            rate = rate == 0 ? lately : (rate * 2 + lately) / 3;
            counted = 0;
            countedAt += passed;
        }
    }

    private void pause(long until, BooleanSupplier goOn) {
        for (long left = until - System.nanoTime(); left > 0 && goOn.getAsBoolean(); left = until - System.nanoTime()) {
            LockSupport.parkNanos(this, Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
        }
    }

    private Page<E> read(long after, int size) throws SQLException {
        // A rare type is looked for in stretches, so that the lease is kept and the position moves.
        long upTo = Math.min(lease.to(), after + 100L * PAGE);
        List<RecordedEvent<E>> events = new ArrayList<>();
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            var rows = LogRanges.read(after, upTo, filter, size, connection);
            connection.commit();
            for (var row : rows) {
                if (lease.terms().streams().isEmpty() || lease.terms().streams().contains(row.streamId())) {
                    decode(row, events);
                }
            }
            return new Page<>(events, rows.size() < size ? upTo : rows.getLast().position());
        }
    }

    private void decode(dev.varve.eventstore.RecordedEvent row, List<RecordedEvent<E>> events) {
        try {
            decoder.decode(
                    row,
                    projection.eventType()::isAssignableFrom,
                    decoded -> events.add(new RecordedEvent<>(
                            row.position(),
                            row.eventId(),
                            row.streamId(),
                            row.version(),
                            row.recordedAt(),
                            new LazyMetadata(decoded.metadata()),
                            projection.eventType().cast(decoded.payload()))));
        } catch (SerializationException e) {
            events.add(RecordedEvent.unreadable(
                    row.position(), row.eventId(), row.streamId(), row.version(), row.recordedAt(), e));
        }
    }

    /** False when the replay is not ours, or not to go on, any more; then nothing of the page is written. */
    private boolean apply(Page<E> page) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            if (!lease.hold(rate, connection)) {
                connection.rollback();
                return false;
            }
            Set<String> parked = parking.look(projection.name(), connection);
            if (!parked.isEmpty()) {
                parked.retainAll(
                        page.events().stream().map(applying::sequenceOf).toList());
                parked = parking.hold(projection.name(), parked, connection);
            }
            Set<String> held = new HashSet<>(lease.failedSequences());
            held.addAll(parked);
            Applying.Outcome<E> outcome = applying.apply(page.events(), held, connection);
            if (lease.terms().dryRun()) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute(TAKE_BACK);
                }
            }
            long ofParked = 0;
            for (var left : outcome.leftOut()) {
                String sequence = applying.sequenceOf(left.event());
                if (parked.contains(sequence)) {
                    ofParked++;
                } else {
                    lease.failedSequences().add(sequence);
                }
            }
            lease.record(
                    page.reached(), page.events().size() - outcome.leftOut().size(), ofParked, outcome, connection);
            connection.commit();
            return true;
        }
    }
}
