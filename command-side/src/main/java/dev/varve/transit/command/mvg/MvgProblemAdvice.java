package dev.varve.transit.command.mvg;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.validation.method.ParameterValidationResult;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;

/**
 * Gives the predecessor's API the predecessor's status codes: a bad parameter is a 422 here and a 400 everywhere else.
 * The bodies are the problem details of the rest of the application, whose {@code detail} is where the predecessor had it.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
@RestControllerAdvice(assignableTypes = MvgController.class)
final class MvgProblemAdvice {

    @ExceptionHandler
    ResponseEntity<ProblemDetail> problem(MvgProblem problem) {
        HttpHeaders headers = new HttpHeaders();
        CacheStatus cacheStatus = problem.cacheStatus();
        if (cacheStatus != null) {
            headers.set(MvgController.CACHE_STATUS, cacheStatus.header());
        }
        if (problem.retryAfterSeconds() > 0) {
            headers.set(HttpHeaders.RETRY_AFTER, Integer.toString(problem.retryAfterSeconds()));
        }
        return answer(problem, headers, List.of());
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> outOfBounds(HandlerMethodValidationException e) {
        List<FieldError> errors = new ArrayList<>();
        for (ParameterValidationResult result : e.getParameterValidationResults()) {
            for (MessageSourceResolvable error : result.getResolvableErrors()) {
                errors.add(new FieldError(nameOf(result), ruleOf(error), String.valueOf(error.getDefaultMessage())));
            }
        }
        return invalid(errors);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> missing(MissingServletRequestParameterException e) {
        return invalid(List.of(new FieldError(e.getParameterName(), "missing", "is required")));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unreadable(MethodArgumentTypeMismatchException e) {
        Class<?> type = e.getRequiredType();
        String expected = type == null ? "a value of another type" : "a value of type " + type.getSimpleName();
        return invalid(List.of(new FieldError(e.getName(), "type", "must be " + expected)));
    }

    private static ResponseEntity<ProblemDetail> invalid(List<FieldError> errors) {
        String detail = String.join(
                "; ", errors.stream().map(e -> e.field() + " " + e.message()).toList());
        return answer(MvgProblem.invalid(detail), new HttpHeaders(), errors);
    }

    private static ResponseEntity<ProblemDetail> answer(
            MvgProblem problem, HttpHeaders headers, List<FieldError> errors) {
        ProblemDetail body = ProblemDetail.forStatusAndDetail(problem.status(), problem.detail());
        body.setType(URI.create("/problems/transit/" + problem.code()));
        body.setTitle(titleOf(problem.status()));
        if (!errors.isEmpty()) {
            body.setProperty("errors", errors);
        }
        return ResponseEntity.status(problem.status())
                .headers(headers)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(body);
    }

    private static String titleOf(HttpStatus status) {
        return switch (status) {
            case NOT_FOUND -> "MVG knows no such thing";
            case UNPROCESSABLE_CONTENT -> "A parameter is not acceptable";
            case BAD_GATEWAY -> "MVG gave no usable answer";
            case TOO_MANY_REQUESTS -> "Too many requests";
            default -> "Not available now";
        };
    }

    private static String nameOf(ParameterValidationResult result) {
        var annotation = result.getMethodParameter().getParameterAnnotation(RequestParam.class);
        if (annotation != null && !annotation.name().isEmpty()) {
            return annotation.name();
        }
        return String.valueOf(result.getMethodParameter().getParameterName());
    }

    private static String ruleOf(MessageSourceResolvable error) {
        String[] codes = error.getCodes();
        String name = codes == null || codes.length == 0 ? "Invalid" : codes[codes.length - 1];
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    /** One violation, as the rest of the application writes it. */
    record FieldError(String field, String rule, String message) {}
}
