package dev.varve.projection;

import java.util.Set;
import org.jooq.Table;

/**
 * What a read model is made of: a pure function from a recorded event to changes of rows.
 *
 * <p>The same function serves the live processor, a rebuild beside the living tables and the replay of a range, so it may
 * depend on nothing but the event: no clock, no look-up, no randomness. Write it as a {@code switch} without
 * {@code default} over the context's sealed events: an event that nobody projects then does not compile.
 *
 * <p>Every table it writes has a column {@code position bigint not null}, kept by the engine: the position of the last
 * event applied to the row. A change from an event at or before it is not applied again, so a range that is applied
 * twice counts once.
 *
 * @param <E> the sealed interface of the events it wants; others are not offered to it
 */
public interface Projection<E> {

    /** {@code <context>.<read-model>}; names the processor and its checkpoints, so it stays when the class is renamed. */
    String name();

    /** Counted from 1, raised when the rows would come out differently than before. */
    int version();

    Class<E> eventType();

    /** Every table it writes, and no table that another projection writes. */
    Set<Table<?>> tables();

    /** Which events must be applied one after another; the others may be applied at the same time. */
    default Sequencing sequencing() {
        return Sequencing.STREAM;
    }

    /**
     * Whether a range may be replayed in place. False where the rows alone do not tell what was applied already, for
     * example where rows are deleted: such a projection can only be rebuilt.
     */
    default boolean replayable() {
        return true;
    }

    void project(RecordedEvent<E> event, Changes changes);
}
