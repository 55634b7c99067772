package dev.varve.transit.events;

/** A line's id as its operator gives it, for example {@code swm:03132:G:H:016}; 1 to 64 characters. */
public record LineId(String value) {

    @Override
    public String toString() {
        return value;
    }
}
