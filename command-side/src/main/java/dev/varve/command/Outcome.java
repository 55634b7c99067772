package dev.varve.command;

/** What a command that may create, change or leave a thing as it is came to; the result of its handler. */
public enum Outcome {
    CREATED,
    CHANGED,
    UNCHANGED
}
