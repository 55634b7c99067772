package dev.varve.personal;

/** The person was erased, so nothing about them can be sealed any more. Names the pseudonym, never the person. */
public final class ErasedSubjectException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String subject;

    public ErasedSubjectException(String subject) {
        super("subject %s was erased; nothing more can be recorded about them".formatted(subject));
        this.subject = subject;
    }

    public String subject() {
        return subject;
    }
}
