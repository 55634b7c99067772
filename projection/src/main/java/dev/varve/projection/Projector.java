package dev.varve.projection;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/** Applies given events to a projection in place, in one transaction: the live processor's engine without its processor. */
public final class Projector {

    private final DataSource dataSource;
    private final RowWriter writer = new RowWriter();

    public Projector(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Applies what the rows have not seen yet; all of it or nothing.
     *
     * @param events in the order of the log
     */
    public <E> void apply(Projection<E> projection, List<RecordedEvent<E>> events) {
        Batch batch = new Batch();
        for (RecordedEvent<E> event : events) {
            projection.project(event, batch.at(event.position()));
        }
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try {
                writer.write(batch, connection);
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw new ProjectionFailed(
                    "projection %s could not write the changes of %d events"
                            .formatted(projection.name(), batch.events()),
                    e);
        }
    }
}
