package dev.varve.command;

import dev.varve.eventstore.axon.CommandReceipt;

/** What a command that may create, change or leave a thing as it is came to; the result of its handler. */
public enum Outcome {
    CREATED,
    CHANGED,
    UNCHANGED;

    /** What the handler of a dispatched command said. */
    public static Outcome of(CommandReceipt receipt) {
        if (receipt.result() instanceof Outcome outcome) {
            return outcome;
        }
        throw new IllegalStateException("the handler answered " + receipt.result() + " instead of an outcome");
    }

    /** The outcome as API answers and import reports word it: whether anything was written. */
    public String word() {
        return this == UNCHANGED ? "unchanged" : "recorded";
    }
}
