package dev.varve.app.backup;

import dev.varve.eventstore.OperatorAction;
import dev.varve.eventstore.OperatorActions;
import dev.varve.eventstore.axon.RestoredTokens;
import dev.varve.outbox.RestoredOutbox;
import dev.varve.outbox.RestoredOutbox.Standing;
import dev.varve.projection.RestoredProjections;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Makes a database of the past fit for the present, in one transaction: no node of then holds anything, nothing is sent
 * twice unasked, and the record of operators' actions says who brought it back.
 */
final class AfterRestore {

    private final DataSource dataSource;
    private final boolean pauseSubscriptions;
    private final String actor;

    AfterRestore(DataSource dataSource, boolean pauseSubscriptions, String actor) {
        this.dataSource = dataSource;
        this.pauseSubscriptions = pauseSubscriptions;
        this.actor = actor;
    }

    /** Answers how each subscription stands. */
    List<Standing> settle(Path backup, BackupManifest manifest) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            List<Standing> standings = List.of();
            if (manifest.schemas().containsKey("event_store")) {
                RestoredTokens.settle(connection);
                OperatorActions.record(
                        connection,
                        new OperatorAction(
                                actor,
                                "backup.restore",
                                backup.getFileName().toString(),
                                null,
                                Map.of("takenAt", manifest.takenAt().toString())));
            }
            if (manifest.schemas().containsKey("projection")) {
                RestoredProjections.settle(connection);
            }
            if (manifest.schemas().containsKey("outbox")) {
                standings = RestoredOutbox.settle(
                        connection, pauseSubscriptions, "restored from the backup of " + manifest.takenAt(), actor);
            }
            connection.commit();
            return standings;
        }
    }
}
