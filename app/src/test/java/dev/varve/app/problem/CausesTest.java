package dev.varve.app.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.TransactionSystemException;

class CausesTest {

    @Test
    void what_a_failed_roll_back_hides_is_found_and_comes_first() {
        SQLException gone = new SQLException("the connection is closed", "08003");
        IllegalStateException failed = new IllegalStateException("nothing was written", gone);
        SQLException rollback = new SQLException("the connection is closed", "08003");
        TransactionSystemException hiding = new TransactionSystemException("could not roll back", rollback);
        hiding.initApplicationException(failed);

        assertThat(Causes.of(new IllegalStateException(hiding)).skip(1))
                .containsExactly(failed, gone, hiding, rollback);
    }

    @Test
    void a_roll_back_that_hides_nothing_is_a_failure_like_others() {
        SQLException rollback = new SQLException("the connection is closed", "08003");
        TransactionSystemException failed = new TransactionSystemException("could not roll back", rollback);

        assertThat(Causes.of(failed)).containsExactly(failed, rollback);
    }
}
