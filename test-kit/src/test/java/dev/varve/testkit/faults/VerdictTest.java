package dev.varve.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checker, checked: each fault is found, and what is allowed is not called one. */
class VerdictTest {

    private static final Sighting A0 = new Sighting(1, "a0", "a", 0, 1_010);
    private static final Sighting B0 = new Sighting(2, "b0", "b", 0, 1_020);
    private static final Sighting A1 = new Sighting(3, "a1", "a", 1, 1_030);
    private static final List<Sighting> LOG = List.of(A0, B0, A1);

    @TempDir
    Path folder;

    @BeforeEach
    void written() throws Exception {
        Files.writeString(folder.resolve("one.writes"), """
                TRIED a0 1000
                WRITTEN a0 1000
                TRIED b0 1000
                WRITTEN b0 1000
                TRIED c0 1000
                REFUSED c0 1000
                TRIED a1 1000
                """);
    }

    private Verdict judge(List<Sighting> log, List<Sighting> seen, Outage... outages) throws Exception {
        StringBuilder lines = new StringBuilder();
        seen.forEach(sighting -> lines.append(sighting.line()).append('\n'));
        Files.writeString(folder.resolve("one.reads"), lines + "4 cut sho");
        return Verdict.of(folder, log, List.of(outages));
    }

    @Test
    void a_log_that_kept_its_word_is_clean() throws Exception {
        Verdict verdict = judge(LOG, LOG);

        assertThat(verdict.isClean()).isTrue();
        assertThat(verdict.written()).isEqualTo(2);
        assertThat(verdict.uncertain()).isEqualTo(1);
        assertThat(verdict.lateness()).isEqualTo(20);
    }

    @Test
    void an_acknowledged_event_that_is_gone_is_lost() throws Exception {
        assertThat(judge(List.of(A0), List.of(A0)).lost()).isEqualTo(1);
    }

    @Test
    void an_event_that_a_reader_passed_by_is_lost_to_it() throws Exception {
        assertThat(judge(LOG, List.of(A0, A1)).lost()).isEqualTo(1);
    }

    @Test
    void what_nobody_was_told_about_may_be_missing() throws Exception {
        assertThat(judge(List.of(A0, B0), List.of(A0, B0)).isClean()).isTrue();
    }

    @Test
    void a_second_copy_is_found() throws Exception {
        Sighting again = new Sighting(4, "b0", "c", 0, 1_040);
        Verdict verdict = judge(List.of(A0, B0, A1, again), List.of(A0, B0, A1, again));

        assertThat(verdict.duplicated()).isEqualTo(2);
    }

    @Test
    void a_reader_that_goes_back_is_out_of_order() throws Exception {
        assertThat(judge(LOG, List.of(A0, A1, B0)).outOfOrder()).isEqualTo(1);
    }

    @Test
    void versions_that_do_not_follow_are_out_of_order() throws Exception {
        List<Sighting> log = List.of(A0, B0, new Sighting(3, "a1", "a", 2, 1_030));
        assertThat(judge(log, log).outOfOrder()).isEqualTo(1);
    }

    @Test
    void a_missing_position_is_a_gap() throws Exception {
        List<Sighting> log = List.of(A0, B0, new Sighting(5, "a1", "a", 1, 1_030));
        assertThat(judge(log, log).gaps()).isEqualTo(2);
    }

    @Test
    void what_was_refused_must_not_turn_up() throws Exception {
        List<Sighting> log = List.of(A0, B0, A1, new Sighting(4, "c0", "c", 0, 1_040));
        assertThat(judge(log, log).ghosts()).isEqualTo(1);
    }

    @Test
    void what_a_reader_saw_must_stay_where_it_was() throws Exception {
        List<Sighting> log = List.of(A0, new Sighting(2, "a1", "a", 1, 1_030), new Sighting(3, "b0", "b", 0, 1_020));
        assertThat(judge(log, LOG).ghosts()).isEqualTo(2);
    }

    @Test
    void lateness_counts_unless_something_was_broken_meanwhile() throws Exception {
        Sighting late = new Sighting(2, "b0", "b", 0, 9_000);
        List<Sighting> log = List.of(A0, late, A1);

        assertThat(judge(log, log).lateness()).isEqualTo(8_000);
        assertThat(judge(log, log, new Outage(5_000, 6_000)).lateness()).isEqualTo(10);
    }
}
