package dev.varve.outbox;

import dev.varve.eventstore.CheckpointCommits;
import java.util.Optional;

/** What the owner of a subscription reads and writes about its replay. */
final class ReplayProgress {

    private final Sql sql;

    ReplayProgress(Sql sql) {
        this.sql = sql;
    }

    private static final String RUNNING = """
            SELECT id, position, to_position, per_second, types, keys FROM outbox.replay WHERE subscription = ? AND state = 'running'
            """;

    Optional<RunningReplay> running(String subscription) {
        return sql.one(
                "read the replay of " + subscription,
                RUNNING,
                statement -> statement.setString(1, subscription),
                rows -> new RunningReplay(
                        rows.getLong(1),
                        rows.getLong(2),
                        rows.getLong(3),
                        rows.getInt(4),
                        Replays.texts(rows.getArray(5)),
                        Replays.texts(rows.getArray(6))));
    }

    private static final String SAVE = """
            UPDATE outbox.replay
            SET position = ?, delivered = delivered + ?, withheld = withheld + ?,
                state = CASE WHEN ? >= to_position THEN 'done' ELSE state END,
                ended_at = CASE WHEN ? >= to_position THEN now() END
            WHERE id = ? AND state = 'running' AND\s""" + CheckpointCommits.WITHOUT_FLUSH;

    /** False when the replay was cancelled. */
    boolean save(long id, long position, long delivered, long withheld) {
        return sql.update("save the progress of a replay", SAVE, statement -> {
                    statement.setLong(1, position);
                    statement.setLong(2, delivered);
                    statement.setLong(3, withheld);
                    statement.setLong(4, position);
                    statement.setLong(5, position);
                    statement.setLong(6, id);
                })
                == 1;
    }
}
