package dev.varve.app.admin.outbox;

import dev.varve.app.problem.FieldProblem;
import dev.varve.app.problem.ProblemException;
import dev.varve.app.problem.StandardProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Gathers what is wrong with the parts of a request, so that its sender is told everything at once. */
final class Parts {

    private static final String NOT_VALID = "not-valid";

    private final List<FieldProblem> problems = new ArrayList<>();

    /** One that must be given; empty when it is not. */
    String required(String field, @Nullable String value) {
        if (value == null || value.isBlank()) {
            wrong(field, "missing", "is required");
            return "";
        }
        return value;
    }

    /** One that is read from what was given, if it was; an {@link IllegalArgumentException} is what is wrong with it. */
    <G, T> T read(String field, @Nullable G given, T otherwise, Function<G, T> part) {
        try {
            return given == null ? otherwise : part.apply(given);
        } catch (IllegalArgumentException e) {
            wrong(field, String.valueOf(e.getMessage()));
            return otherwise;
        }
    }

    /** @param message may begin with the last part of the field's name */
    void wrong(String field, String message) {
        wrong(field, NOT_VALID, withoutName(field, message));
    }

    private static String withoutName(String field, String message) {
        String name = field.substring(field.indexOf('.') + 1) + ' ';
        return message.startsWith(name) ? message.substring(name.length()) : message;
    }

    /** Of one field the first problem counts. */
    void wrong(String field, String rule, String message) {
        if (problems.stream().noneMatch(problem -> problem.field().equals(field))) {
            problems.add(new FieldProblem(field, rule, message));
        }
    }

    /** To be called when all were read. */
    void end() {
        if (problems.size() == 1) {
            throw new ProblemException(StandardProblem.INVALID_REQUEST.because(problems.getFirst()));
        }
        if (!problems.isEmpty()) {
            throw new ProblemException(StandardProblem.INVALID_REQUEST
                    .because(problems.size() + " parts of the request are not valid")
                    .withErrors(problems));
        }
    }

    /**
     * One thing that is wrong.
     *
     * @param message may begin with the last part of the field's name
     */
    static ProblemException invalid(String field, String message) {
        return new ProblemException(StandardProblem.INVALID_REQUEST.because(
                new FieldProblem(field, NOT_VALID, withoutName(field, message))));
    }
}
