package dev.varve.clinical.query;

import dev.varve.events.PersonalText;
import dev.varve.personal.PersonalData;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Opens what a read model keeps sealed, last of all, just before it is answered. */
@Component
public final class OpenedTexts {

    private final ObjectProvider<PersonalData> personalData;

    OpenedTexts(ObjectProvider<PersonalData> personalData) {
        this.personalData = personalData;
    }

    /** The text; null where there is none, or where its patient was erased. */
    public @Nullable String open(String patient, @Nullable String sealed) {
        return sealed == null ? null : open(new PersonalText(patient, sealed));
    }

    /** As {@link #open(String, String)}. */
    public @Nullable String open(@Nullable PersonalText text) {
        return text == null ? null : personalData.getObject().open(text).orElse(null);
    }

    public boolean erased(String patient) {
        return personalData.getObject().erased(patient);
    }

    /** The pseudonym of a patient, by which read models know them. */
    public String pseudonymOf(String patientId) {
        return personalData.getObject().subject("patient", patientId);
    }
}
