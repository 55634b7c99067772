package violations.first.messages;

import dev.varve.events.PersonalText;

/** Takes along what it is about. */
final class ExceptionAboutAPerson extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ExceptionAboutAPerson(PersonalText patientId) {
        super("refused for " + patientId);
    }
}
