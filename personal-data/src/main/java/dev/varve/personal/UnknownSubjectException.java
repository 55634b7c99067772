package dev.varve.personal;

/** Nothing was ever sealed as this person's, so there is nothing to erase; the identifier may be mistyped. */
public final class UnknownSubjectException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnknownSubjectException(String subject) {
        super("nothing was ever recorded about subject %s; nothing was done".formatted(subject));
    }
}
