package dev.varve.projection;

import static dev.varve.projection.Tally.TALLY;

import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jooq.Table;

/** Counts by row; throws at some events, and lets the database refuse those without a label. */
public final class Tallies implements Projection<Counted> {

    public static final String CREATE = Tally.CREATE;

    /** Whether somebody mended the code. */
    public final AtomicBoolean mended = new AtomicBoolean();

    /** How often the function ran. */
    public final AtomicLong projected = new AtomicLong();

    private final boolean replayable;

    public Tallies() {
        this(true);
    }

    public Tallies(boolean replayable) {
        this.replayable = replayable;
    }

    @Override
    public String name() {
        return "test.tallies";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public Class<Counted> eventType() {
        return Counted.class;
    }

    @Override
    public Set<Table<?>> tables() {
        return Set.of(TALLY);
    }

    @Override
    public boolean replayable() {
        return replayable;
    }

    @Override
    public void project(RecordedEvent<Counted> event, Changes changes) {
        projected.incrementAndGet();
        Counted counted = event.payload();
        if (Counted.THROWN_AT.equals(counted.label()) && !mended.get()) {
            throw new IllegalStateException("secret of " + counted.row());
        }
        changes.upsert(TALLY.row(counted.row()))
                .set(TALLY.label, mended.get() && counted.label() == null ? "mended" : counted.label())
                .add(TALLY.count, counted.by());
    }
}
