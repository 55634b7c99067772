package dev.varve.projection;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.axonframework.eventhandling.EventMessage;
import org.jspecify.annotations.Nullable;

/** Where the events wait that a live projection could not apply, and those behind them. */
public interface Parking {

    /** The sequences of a projection that are parked; sets {@link Applying#SAVEPOINT} in the same round trip. */
    Set<String> look(String projection, Connection connection) throws SQLException;

    /** Of these sequences those that are still parked; until the transaction ends nobody retries or skips them. */
    Set<String> hold(String projection, Set<String> sequences, Connection connection) throws SQLException;

    /** Parks events, in this order, in the transaction that is open on this thread. */
    void park(String projection, List<Letter> letters);

    /** An event that waits, and why; without a fault it follows one of its sequence. */
    record Letter(
            String sequence,
            EventMessage<?> message,
            @Nullable Fault fault) {}
}
