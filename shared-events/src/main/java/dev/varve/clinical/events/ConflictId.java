package dev.varve.clinical.events;

/** A conflict's id: that of the offline change it came with, 32 hexadecimal digits. */
public record ConflictId(String value) {

    @Override
    public String toString() {
        return value;
    }
}
