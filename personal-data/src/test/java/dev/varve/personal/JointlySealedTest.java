package dev.varve.personal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JointlySealedTest {

    private static final byte[] ANSWER = "{\"patient_id\":\"patient-123\"}".getBytes(UTF_8);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @SuppressWarnings("NullAway.Init") // made before each test
    private PersonalData personalData;

    @SuppressWarnings("NullAway.Init") // made before each test
    private String one;

    @SuppressWarnings("NullAway.Init") // made before each test
    private String other;

    @BeforeEach
    void open_the_folder() {
        personalData = PersonalData.in(new PersonalDataSettings(folder, List.of(), null));
        one = personalData.subject("patient", "patient-123");
        other = personalData.subject("patient", "patient-124");
    }

    @Test
    void it_opens_while_nobody_is_erased() {
        JointlySealed sealed = JointlySealed.of(personalData, Set.of(one, other), ANSWER);

        assertThat(sealed.open(personalData))
                .hasValueSatisfying(bytes -> assertThat(bytes).isEqualTo(ANSWER));
        assertThat(new String(sealed.sealed(), UTF_8)).doesNotContain("patient");
    }

    @Test
    void it_is_closed_for_good_when_one_of_them_is_erased() {
        JointlySealed sealed = JointlySealed.of(personalData, Set.of(one, other), ANSWER);

        personalData.erase(other);

        assertThat(sealed.open(personalData)).isEmpty();
        assertThatThrownBy(() -> JointlySealed.of(personalData, Set.of(one, other), ANSWER))
                .isInstanceOf(ErasedSubjectException.class);
    }

    @Test
    void a_piece_of_work_knows_whom_it_touched_and_no_other_does() {
        try (TouchedSubjects outer = TouchedSubjects.begin()) {
            try (TouchedSubjects inner = TouchedSubjects.begin()) {
                personalData.open(personalData.seal(one, "text"));
                assertThat(inner.subjects()).containsExactly(one);
            }
            personalData.seal(other, "text");
            assertThat(outer.subjects()).containsExactlyInAnyOrder(one, other);
        }
        try (TouchedSubjects later = TouchedSubjects.begin()) {
            assertThat(later.subjects()).isEmpty();
        }
    }
}
