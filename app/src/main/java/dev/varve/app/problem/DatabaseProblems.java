package dev.varve.app.problem;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;

/** A database that cannot be reached or takes no more work; every other failure of SQL is a defect of ours. */
final class DatabaseProblems {

    private DatabaseProblems() {}

    static Optional<Problem> of(Throwable failure) {
        return Causes.of(failure)
                .filter(cause -> cause instanceof SQLException sql && isAway(sql))
                .findFirst()
                .map(cause -> StandardProblem.DATABASE_AWAY.because(
                        "the database does not answer, or takes no more connections"));
    }

    static boolean isCausedBySql(Throwable failure) {
        return Causes.first(failure, SQLException.class).isPresent();
    }

    // Class 08: connection; 53: too few resources; 57P: shut down; 25006: it became a standby. The pool's own time-out
    // has no state at all.
    private static boolean isAway(SQLException e) {
        String state = e.getSQLState();
        if (e instanceof SQLTransientConnectionException) {
            return true;
        }
        return state != null
                && (state.startsWith("08")
                        || state.startsWith("53")
                        || state.startsWith("57P")
                        || "25006".equals(state));
    }
}
