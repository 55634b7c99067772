package dev.varve.app.problem;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.converter.HttpMessageNotReadableException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;

/**
 * Bodies that cannot be read: where, and what was expected there.
 *
 * <p>Jackson's own messages are not used, since they repeat the source.
 */
final class JsonProblems {

    private JsonProblems() {}

    static Problem of(HttpMessageNotReadableException failure) {
        if (failure.getCause() instanceof JacksonException json) {
            return of(json);
        }
        return failure.getCause() == null
                ? ValidationProblems.missing("body")
                : StandardProblem.MALFORMED_REQUEST.because("the body broke off or cannot be read");
    }

    private static Problem of(JacksonException failure) {
        Problem problem = switch (failure) {
            case UnrecognizedPropertyException e -> invalid(e, "unknown", known(e));
            case UnusableTextException e -> invalid(e, "text", e.expectation());
            case MismatchedInputException e -> mismatch(e);
            case ValueInstantiationException e -> invalid(e, "value", "has a value that is not accepted");
            case InputCoercionException e -> invalid(e, "range", expectation(e.getTargetType()));
            case StreamConstraintsException e ->
                StandardProblem.MALFORMED_JSON.because(
                        "the body is nested too deeply, or holds a text or" + " number that is too long");
            case StreamReadException e ->
                StandardProblem.MALFORMED_JSON.because("the body stops being valid JSON" + place(e));
            default -> StandardProblem.MALFORMED_JSON.because("the body cannot be read" + place(failure));
        };
        TokenStreamLocation at = failure.getLocation();
        return at == null || at.getLineNr() < 1
                ? problem
                : problem.withMember("line", at.getLineNr()).withMember("column", at.getColumnNr());
    }

    private static Problem mismatch(MismatchedInputException e) {
        Class<?> wanted = e.getTargetType();
        return invalid(e, wanted != null && wanted.isEnum() ? "enum" : "type", expectation(wanted));
    }

    private static String expectation(@Nullable Class<?> wanted) {
        return wanted == null ? "has the wrong form" : Expectations.of(wanted);
    }

    private static String known(UnrecognizedPropertyException e) {
        if (e.getKnownPropertyIds() == null) {
            return "is not a known field";
        }
        return "is not a known field; known: "
                + e.getKnownPropertyIds().stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
    }

    private static Problem invalid(JacksonException e, String rule, String message) {
        return StandardProblem.INVALID_REQUEST.because(new FieldProblem(path(e.getPath()), rule, message));
    }

    private static String path(List<JacksonException.Reference> steps) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : steps) {
            String name = step.getPropertyName();
            if (name == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(Texts.printable(name));
            }
        }
        return path.isEmpty() ? "body" : path.toString();
    }

    private static String place(JacksonException e) {
        TokenStreamLocation at = e.getLocation();
        return at == null || at.getLineNr() < 1 ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
    }
}
