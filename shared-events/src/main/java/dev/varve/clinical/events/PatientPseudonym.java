package dev.varve.clinical.events;

/**
 * Stands for a patient: 32 hexadecimal digits, made of the patient's id under a secret of the key folder. The same patient
 * always has the same one, and the subject of everything sealed about them is this value.
 */
public record PatientPseudonym(String value) {

    @Override
    public String toString() {
        return value;
    }
}
