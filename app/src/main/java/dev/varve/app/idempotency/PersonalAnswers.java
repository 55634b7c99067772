package dev.varve.app.idempotency;

import dev.varve.personal.JointlySealed;
import dev.varve.personal.PersonalData;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Closes answers that are about persons, so that they can be given again only until one of those is erased. */
@Component
final class PersonalAnswers {

    private final ObjectProvider<PersonalData> personalData;

    PersonalAnswers(ObjectProvider<PersonalData> personalData) {
        this.personalData = personalData;
    }

    /**
     * The answer as it is kept.
     *
     * @param subjects of all persons that were touched while it was made
     */
    ClosedAnswer closed(StoredAnswer answer, Set<String> subjects) {
        if (subjects.isEmpty()) {
            return new ClosedAnswer(answer, List.of());
        }
        JointlySealed sealed = JointlySealed.of(personalData.getObject(), subjects, answer.body());
        return new ClosedAnswer(new StoredAnswer(answer.status(), answer.headers(), sealed.sealed()), sealed.shares());
    }

    /** The answer as it was given; empty if one of the persons was erased. */
    Optional<StoredAnswer> opened(ClosedAnswer closed) {
        StoredAnswer answer = closed.answer();
        if (closed.shares().isEmpty()) {
            return Optional.of(answer);
        }
        return new JointlySealed(closed.shares(), answer.body())
                .open(personalData.getObject())
                .map(body -> new StoredAnswer(answer.status(), answer.headers(), body));
    }
}
