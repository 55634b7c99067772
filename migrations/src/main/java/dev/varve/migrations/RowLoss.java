package dev.varve.migrations;

/** Whether a way down may take rows with it. */
public enum RowLoss {
    /** Stop, say how many rows of which table would go, and change nothing. */
    REFUSED,
    /** The operator has said that the rows may go. */
    ALLOWED
}
