package dev.varve.clinical.command.recording;

import dev.varve.clinical.events.PatientPseudonym;
import dev.varve.command.Rejected;
import dev.varve.events.PersonalText;
import dev.varve.personal.ErasedSubjectException;
import dev.varve.personal.PersonalData;
import java.util.Collection;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Seals what clinical's commands say of a patient, and opens it again for whoever may read it. */
@Component
public final class SealedTexts {

    private static final String PATIENT = "patient";

    private final ObjectProvider<PersonalData> personalData;

    /** The key folder is opened when the first text is sealed or opened, so commands that need none run without it. */
    SealedTexts(ObjectProvider<PersonalData> personalData) {
        this.personalData = personalData;
    }

    public PatientPseudonym pseudonymOf(String patientId) {
        return new PatientPseudonym(personalData.getObject().subject(PATIENT, patientId));
    }

    /** A name for something that was said, which tells nothing of it: the same for the same text. */
    public String digestOf(String kind, String text) {
        return personalData.getObject().subject(kind, text);
    }

    /**
     * Seals a text under the patient's key.
     *
     * @throws Rejected if the patient was erased
     */
    public PersonalText seal(PatientPseudonym patient, String text) {
        try {
            return personalData.getObject().seal(patient.value(), text);
        } catch (ErasedSubjectException e) {
            throw patientErased();
        }
    }

    /**
     * Seals several texts under the patient's key, which is looked for once; not to be kept.
     *
     * @throws Rejected if the patient was erased
     */
    public Function<String, PersonalText> sealer(PatientPseudonym patient) {
        try {
            return personalData.getObject().sealer(patient.value());
        } catch (ErasedSubjectException e) {
            throw patientErased();
        }
    }

    /**
     * As {@link #sealer}, but with no key, and so that nothing can be opened again. To see what would be recorded.
     *
     * @throws Rejected if the patient was erased
     */
    public Function<String, PersonalText> sealerWithoutKey(PatientPseudonym patient) {
        refuseErased(patient);
        return text -> new PersonalText(patient.value(), "");
    }

    /** Makes the keys of patients who have none yet, many at once; for those who were erased it makes none. */
    public void makeKeys(Collection<PatientPseudonym> patients) {
        personalData
                .getObject()
                .makeKeys(patients.stream().map(PatientPseudonym::value).collect(Collectors.toUnmodifiableSet()));
    }

    /**
     * Refuses what is about a patient who was erased.
     *
     * @throws Rejected if they were
     */
    public void refuseErased(PatientPseudonym patient) {
        if (erased(patient)) {
            throw patientErased();
        }
    }

    private static Rejected patientErased() {
        return new Rejected(
                "clinical", "patient-erased", null, "the patient was erased; nothing more is recorded about them");
    }

    /** As {@link #seal}; null stays null. */
    public @Nullable PersonalText sealIfSaid(PatientPseudonym patient, @Nullable String text) {
        return text == null ? null : seal(patient, text);
    }

    /** The text; null where there is none, or where its patient was erased. */
    public @Nullable String open(@Nullable PersonalText text) {
        return text == null ? null : personalData.getObject().open(text).orElse(null);
    }

    public boolean erased(PatientPseudonym patient) {
        return personalData.getObject().erased(patient.value());
    }
}
