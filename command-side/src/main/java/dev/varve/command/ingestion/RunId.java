package dev.varve.command.ingestion;

/** The id of one run of an import, as its context keeps it. */
public record RunId(String value) {

    @Override
    public String toString() {
        return value;
    }
}
