package dev.varve.projection.rebuild;

import dev.varve.eventstore.axon.EventDecoder;
import dev.varve.projection.Projection;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;

/**
 * What a rebuild works with.
 *
 * @param readers how many read the log at once
 * @param memory bytes that rows may take in memory before they are written
 * @param retention how long old tables are kept for an undo
 */
record Work(
        DataSource dataSource,
        EventDecoder decoder,
        List<Projection<?>> projections,
        int readers,
        long memory,
        Duration retention) {

    Work {
        projections = List.copyOf(projections);
    }

    /** The same for some of the projections. */
    Work of(List<Projection<?>> some) {
        return new Work(dataSource, decoder, some, readers, memory, retention);
    }
}
