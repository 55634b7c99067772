package dev.varve.transit.events;

/** The id of one ingestion run; a UUID in text form, or a name that its source derives. */
public record IngestionRunId(String value) {

    @Override
    public String toString() {
        return value;
    }
}
