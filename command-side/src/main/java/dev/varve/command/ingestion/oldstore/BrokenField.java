package dev.varve.command.ingestion.oldstore;

/** A value of one row that cannot be used; the message names the column and never holds the value. */
public final class BrokenField extends Exception {

    private static final long serialVersionUID = 1L;

    public BrokenField(String column, String rule) {
        super(column + " " + rule, null, false, false);
    }

    public String reason() {
        return String.valueOf(getMessage());
    }
}
