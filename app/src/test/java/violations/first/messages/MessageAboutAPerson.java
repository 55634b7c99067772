package violations.first.messages;

import dev.varve.events.PersonalText;

/** Tells the world what cannot be taken back. */
record MessageAboutAPerson(PersonalText patientId) {}
