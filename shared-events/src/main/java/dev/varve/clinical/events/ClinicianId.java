package dev.varve.clinical.events;

/** Who recorded a consultation, by the name under which they sign in; 1 to 255 characters. */
public record ClinicianId(String value) {

    @Override
    public String toString() {
        return value;
    }
}
