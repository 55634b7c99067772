package dev.varve.app.problem;

import jakarta.validation.ConstraintViolationException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.TypeMismatchException;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.core.MethodParameter;
import org.springframework.validation.BindException;
import org.springframework.validation.Errors;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;
import org.springframework.validation.method.ParameterErrors;
import org.springframework.validation.method.ParameterValidationResult;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;

/** Broken rules of Bean Validation and values that do not fit their parameter. */
final class ValidationProblems {

    private ValidationProblems() {}

    static Problem of(BindException failure) {
        return invalid(fields("", failure.getBindingResult()).toList());
    }

    static Problem of(HandlerMethodValidationException failure) {
        return invalid(failure.getParameterValidationResults().stream()
                .flatMap(ValidationProblems::parameter)
                .toList());
    }

    static Problem of(ConstraintViolationException failure) {
        return invalid(failure.getConstraintViolations().stream()
                .map(v -> new FieldProblem(
                        Texts.printable(v.getPropertyPath().toString()),
                        rule(v.getConstraintDescriptor()
                                .getAnnotation()
                                .annotationType()
                                .getSimpleName()),
                        v.getMessage()))
                .sorted(Comparator.comparing(FieldProblem::field))
                .toList());
    }

    static Problem of(TypeMismatchException failure) {
        String field = failure instanceof MethodArgumentTypeMismatchException argument
                ? argument.getName()
                : String.valueOf(failure.getPropertyName());
        return StandardProblem.INVALID_REQUEST.because(mismatch(field, failure.getRequiredType()));
    }

    static Problem missing(String name) {
        return StandardProblem.INVALID_REQUEST.because(new FieldProblem(name, "missing", "is required"));
    }

    private static Problem invalid(List<FieldProblem> errors) {
        if (errors.size() == 1) {
            return StandardProblem.INVALID_REQUEST.because(errors.getFirst());
        }
        return StandardProblem.INVALID_REQUEST
                .because(errors.size() + " parts of the request are not valid")
                .withErrors(errors);
    }

    private static Stream<FieldProblem> parameter(ParameterValidationResult result) {
        if (result instanceof ParameterErrors body) {
            Integer index = body.getContainerIndex();
            return fields(index == null ? "" : "[" + index + "].", body);
        }
        String name = name(result.getMethodParameter());
        String field = result.getContainerIndex() == null ? name : name + "[" + result.getContainerIndex() + "]";
        return result.getResolvableErrors().stream().map(e -> new FieldProblem(field, rule(e), message(e)));
    }

    private static Stream<FieldProblem> fields(String prefix, Errors errors) {
        Stream<FieldProblem> ofFields = errors.getFieldErrors().stream().map(e -> field(prefix, errors, e));
        Stream<FieldProblem> ofAll = errors.getGlobalErrors().stream()
                .map(e -> new FieldProblem(prefix.isEmpty() ? "body" : prefix, rule(e), message(e)));
        return Stream.concat(ofFields, ofAll)
                .sorted(Comparator.comparing(FieldProblem::field).thenComparing(FieldProblem::rule));
    }

    private static FieldProblem field(String prefix, Errors errors, FieldError error) {
        String field = prefix + Texts.printable(error.getField());
        // Spring's own message of a mismatch repeats the value.
        return error.isBindingFailure()
                ? mismatch(field, errors.getFieldType(error.getField()))
                : new FieldProblem(field, rule(error), message(error));
    }

    private static FieldProblem mismatch(String field, @Nullable Class<?> wanted) {
        return wanted != null && wanted.isEnum()
                ? new FieldProblem(field, "enum", Expectations.of(wanted))
                : new FieldProblem(field, "type", wanted == null ? "has the wrong form" : Expectations.of(wanted));
    }

    private static String name(MethodParameter parameter) {
        RequestParam query = parameter.getParameterAnnotation(RequestParam.class);
        if (query != null && !query.name().isEmpty()) {
            return query.name();
        }
        RequestHeader header = parameter.getParameterAnnotation(RequestHeader.class);
        if (header != null && !header.name().isEmpty()) {
            return header.name();
        }
        String name = parameter.getParameterName();
        return name == null ? "parameter" : name;
    }

    private static String rule(MessageSourceResolvable error) {
        if (error instanceof ObjectError object && object.getCode() != null) {
            return rule(object.getCode());
        }
        // The codes go from the most to the least special: the last is the annotation's name.
        String[] codes = error.getCodes();
        return codes == null || codes.length == 0 ? "valid" : rule(codes[codes.length - 1]);
    }

    private static String rule(@Nullable String name) {
        return name == null
                ? "valid"
                : name.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    private static String message(MessageSourceResolvable error) {
        String message = error.getDefaultMessage();
        return message == null ? "is not valid" : message;
    }
}
