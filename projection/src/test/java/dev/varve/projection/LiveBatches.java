package dev.varve.projection;

import java.util.List;
import javax.sql.DataSource;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.Segment;
import org.axonframework.messaging.unitofwork.BatchingUnitOfWork;

/** Gives a live projection batches as a streaming processor does. */
public final class LiveBatches<E> {

    private final LiveProjection<E> live;
    private final TransactionManager transactions;

    public LiveBatches(
            Projection<E> projection, Parking parking, DataSource dataSource, TransactionManager transactions) {
        this.live = new LiveProjection<>(projection, new RowWriter(), parking, dataSource, () -> {});
        this.transactions = transactions;
    }

    public void handle(List<EventMessage<?>> messages) {
        BatchingUnitOfWork<EventMessage<?>> unitOfWork = new BatchingUnitOfWork<>(messages);
        unitOfWork.attachTransaction(transactions);
        unitOfWork.execute(() -> live.handle(unitOfWork.getMessage(), Segment.ROOT_SEGMENT));
    }
}
