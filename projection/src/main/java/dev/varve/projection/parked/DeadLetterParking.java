package dev.varve.projection.parked;

import dev.varve.projection.Applying;
import dev.varve.projection.Fault;
import dev.varve.projection.Parking;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.messaging.MetaData;
import org.axonframework.messaging.deadletter.DeadLetter;
import org.axonframework.messaging.deadletter.GenericDeadLetter;
import org.axonframework.messaging.deadletter.ThrowableCause;

/** Parks events in Axon's dead-letter queue of each projection. */
final class DeadLetterParking implements Parking {

    private final DeadLetterQueues queues;

    DeadLetterParking(DeadLetterQueues queues) {
        this.queues = queues;
    }

    private static final String LOOK = Applying.SAVEPOINT
            + "; SELECT DISTINCT sequence_identifier FROM event_store.dead_letter WHERE processing_group = ?";

    @Override
    public Set<String> look(String projection, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LOOK)) {
            statement.setString(1, projection);
            statement.execute();
            statement.getMoreResults();
            try (ResultSet rows = statement.getResultSet()) {
                return sequences(rows);
            }
        }
    }

    private static final String STILL_PARKED = """
            SELECT DISTINCT sequence_identifier FROM event_store.dead_letter
            WHERE processing_group = ? AND sequence_identifier = ANY (?)""";

    @Override
    public Set<String> hold(String projection, Set<String> sequences, Connection connection) throws SQLException {
        SequenceLock.take(projection, sequences, connection);
        try (PreparedStatement statement = connection.prepareStatement(STILL_PARKED)) {
            statement.setString(1, projection);
            statement.setArray(2, connection.createArrayOf("text", sequences.toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                return sequences(rows);
            }
        }
    }

    private static Set<String> sequences(ResultSet rows) throws SQLException {
        Set<String> sequences = new HashSet<>();
        while (rows.next()) {
            sequences.add(rows.getString(1));
        }
        return sequences;
    }

    @Override
    public void park(String projection, List<Letter> letters) {
        for (Letter letter : letters) {
            queues.of(projection).enqueue(letter.sequence(), deadLetter(letter));
        }
    }

    private static DeadLetter<EventMessage<?>> deadLetter(Letter letter) {
        if (letter.fault() == null) {
            return new GenericDeadLetter<>(letter.sequence(), letter.message());
        }
        Instant now = GenericDeadLetter.clock.instant();
        return new GenericDeadLetter<>(
                letter.sequence(), letter.message(), cause(letter.fault()), now, now, MetaData.emptyInstance());
    }

    static ThrowableCause cause(Fault fault) {
        return new ThrowableCause(fault.type(), fault.text());
    }
}
