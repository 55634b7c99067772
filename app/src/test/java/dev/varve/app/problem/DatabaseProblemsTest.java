package dev.varve.app.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class DatabaseProblemsTest {

    @Test
    void a_pool_that_is_closed_because_the_process_ends_without_database_asks_to_come_again() {
        SQLException closed = new SQLException("HikariDataSource (HikariPool-1) has been closed.");

        assertThat(Translation.of(new IllegalStateException("cannot read the API keys", closed))
                        .type())
                .isEqualTo(StandardProblem.DATABASE_AWAY.because("").type());
    }

    @Test
    void a_statement_that_the_database_refuses_is_a_defect() {
        assertThat(DatabaseProblems.of(new SQLException("no such column", "42703")))
                .isEmpty();
    }
}
