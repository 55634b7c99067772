package dev.varve.clinical.events;

import dev.varve.events.PersonalText;
import java.util.List;

/**
 * What the automatic checks of a note found.
 *
 * @param passed as the checker decided; the predecessor's does when the score is at least 0.7 and there are fewer than 3
 *     issues
 * @param score 0 to 1
 * @param issues in words, which quote the note
 * @param checksPerformed by name, for example {@code medication_names}
 */
public record VerificationResults(
        boolean passed,
        double score,
        List<PersonalText> issues,
        List<String> checksPerformed,
        List<VerificationAlert> alerts) {

    public VerificationResults {
        issues = List.copyOf(issues);
        checksPerformed = List.copyOf(checksPerformed);
        alerts = List.copyOf(alerts);
    }
}
