package dev.varve.app.problem;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;

/** A database that cannot be reached or takes no more work; every other failure of SQL is a defect of ours. */
final class DatabaseProblems {

    private DatabaseProblems() {}

    static Optional<Problem> of(Throwable failure) {
        return away(failure)
                .map(cause -> StandardProblem.DATABASE_AWAY.because(
                        "the database does not answer, or takes no more connections"));
    }

    /** What says that the database is away, if that is what it failed for. */
    static Optional<SQLException> away(Throwable failure) {
        return Causes.of(failure)
                .filter(SQLException.class::isInstance)
                .map(SQLException.class::cast)
                .filter(DatabaseProblems::isAway)
                .findFirst();
    }

    static boolean isCausedBySql(Throwable failure) {
        return Causes.first(failure, SQLException.class).isPresent();
    }

    // Class 08: connection; 53: too few resources; 57P: shut down; 25006: it became a standby. What the
    // pool refuses, by a time-out or because it is closed, has the state of its last attempt to connect, or none.
    private static boolean isAway(SQLException e) {
        String state = e.getSQLState();
        return state == null
                || e instanceof SQLTransientConnectionException
                || state.startsWith("08")
                || state.startsWith("53")
                || state.startsWith("57P")
                || "25006".equals(state);
    }
}
