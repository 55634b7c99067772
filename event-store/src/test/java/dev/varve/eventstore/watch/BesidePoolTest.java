package dev.varve.eventstore.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BesidePoolTest {

    /** Not started, so that it connects to nothing. */
    private final HikariDataSource pool = new HikariDataSource();

    @Test
    void the_impatient_connect_within_two_seconds_whatever_the_pool_does() {
        pool.addDataSourceProperty("loginTimeout", "5");

        assertThat(BesidePool.impatient(pool, Duration.ofSeconds(3)).properties(pool))
                .containsEntry("loginTimeout", "2")
                .containsEntry("socketTimeout", "3");
    }

    @Test
    void the_patient_connect_as_long_as_the_pool_and_wait_for_answers_without_end() {
        pool.setConnectionTimeout(9_500);
        pool.addDataSourceProperty("socketTimeout", "30");

        assertThat(BesidePool.patient(pool).properties(pool))
                .containsEntry("loginTimeout", "10")
                .containsEntry("socketTimeout", "0");
    }

    @Test
    void the_patient_heed_what_the_pool_tells_the_driver_itself() {
        pool.addDataSourceProperty("loginTimeout", "5");

        assertThat(BesidePool.patient(pool).properties(pool)).containsEntry("loginTimeout", "5");
    }
}
