package dev.varve.app.problem;

import tools.jackson.core.JsonParser;
import tools.jackson.databind.exc.MismatchedInputException;

/** A text in a body that can be parsed but not kept. */
public final class UnusableTextException extends MismatchedInputException {

    private static final long serialVersionUID = 1L;

    private final String expectation;

    /** @param expectation what the text must be, continuing the field's name: {@code must not hold …} */
    public UnusableTextException(JsonParser parser, String expectation) {
        super(parser, expectation, String.class);
        this.expectation = expectation;
    }

    String expectation() {
        return expectation;
    }
}
