package dev.varve.app.problem;

import jakarta.servlet.ServletException;
import jakarta.validation.ConstraintViolationException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.springframework.beans.TypeMismatchException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.jwt.JwtDecoderInitializationException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.validation.BindException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingRequestHeaderException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.context.request.async.AsyncRequestTimeoutException;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** From what was thrown to what the client is told: the one table of it. */
final class Translation {

    private Translation() {}

    static Problem of(Throwable failure) {
        return refusal(failure)
                .or(() -> request(failure))
                .or(() -> EventLogProblems.of(failure))
                .or(() -> DomainProblems.of(failure))
                .or(() -> DatabaseProblems.of(failure))
                .orElseGet(() -> unexpected(failure));
    }

    // A refusal may arrive wrapped: a stream that ran over its limit, inside Jackson's exception, inside Spring's.
    private static Optional<Problem> refusal(Throwable failure) {
        return Causes.first(failure, ProblemException.class).map(ProblemException::problem);
    }

    private static Optional<Problem> request(Throwable failure) {
        return Optional.ofNullable(
                switch (failure) {
                    case BindException e -> ValidationProblems.of(e);
                    case HandlerMethodValidationException e when !e.isForReturnValue() -> ValidationProblems.of(e);
                    case ConstraintViolationException e -> ValidationProblems.of(e);
                    case MissingServletRequestParameterException e -> ValidationProblems.missing(e.getParameterName());
                    case MissingRequestHeaderException e -> ValidationProblems.missing(e.getHeaderName());
                    case TypeMismatchException e -> ValidationProblems.of(e);
                    case HttpMessageNotReadableException e -> JsonProblems.of(e);
                    case HttpMediaTypeNotSupportedException e -> unsupported(e);
                    case HttpMediaTypeNotAcceptableException e ->
                        StandardProblem.NOT_ACCEPTABLE.because("available: " + names(e.getSupportedMediaTypes()));
                    case HttpRequestMethodNotSupportedException e -> notAllowed(e);
                    case NoResourceFoundException e -> noSuchPath();
                    case NoHandlerFoundException e -> noSuchPath();
                    case RequestRejectedException e ->
                        StandardProblem.MALFORMED_REQUEST.because(
                                "the address or a header holds characters that are not accepted");
                    case InvalidParameterException e ->
                        StandardProblem.MALFORMED_REQUEST.because(
                                "the parameters are too many, not UTF-8, or not encoded as in an address");
                    case AuthenticationServiceException e -> issuerAway();
                    case JwtDecoderInitializationException e -> issuerAway();
                    case AuthenticationException e ->
                        StandardProblem.UNAUTHENTICATED.because(StandardProblem.UNAUTHENTICATED.title());
                    case AccessDeniedException e ->
                        StandardProblem.FORBIDDEN.because(StandardProblem.FORBIDDEN.title());
                    case AsyncRequestTimeoutException e ->
                        StandardProblem.UNCERTAIN.because("the answer took longer than the server waits");
                    case ErrorResponse e -> declared(e);
                    default -> null;
                });
    }

    private static Problem unexpected(Throwable failure) {
        // The container wraps what a servlet throws.
        if (failure instanceof ServletException wrapped && wrapped.getRootCause() != null) {
            return of(wrapped.getRootCause());
        }
        return StandardProblem.INTERNAL.because("the log has the cause under this request's id");
    }

    private static Problem noSuchPath() {
        return StandardProblem.NO_SUCH_PATH.because("there is no operation at this address");
    }

    private static Problem issuerAway() {
        return StandardProblem.BUSY.because("the credentials cannot be checked: their issuer does not answer");
    }

    private static Problem unsupported(HttpMediaTypeNotSupportedException e) {
        String accepted = names(e.getSupportedMediaTypes());
        return StandardProblem.UNSUPPORTED_MEDIA_TYPE
                .because("send the body as one of: " + accepted)
                .withHeader(HttpHeaders.ACCEPT, accepted);
    }

    private static Problem notAllowed(HttpRequestMethodNotSupportedException e) {
        String[] supported = e.getSupportedMethods();
        String allowed =
                supported == null ? "" : Arrays.stream(supported).sorted().collect(Collectors.joining(", "));
        return StandardProblem.METHOD_NOT_ALLOWED
                .because("allowed here: " + allowed)
                .withHeader(HttpHeaders.ALLOW, allowed);
    }

    private static Problem declared(ErrorResponse e) {
        Optional<StandardProblem> ours =
                StandardProblem.ofType(String.valueOf(e.getBody().getType()));
        if (ours.isPresent()) {
            return ours.get().because(String.valueOf(e.getBody().getDetail()));
        }
        int status = e.getStatusCode().value();
        StandardProblem kind = StandardProblem.ofStatus(status);
        Problem problem = kind.because(kind.title());
        return new Problem(
                problem.type(),
                problem.title(),
                status,
                problem.detail(),
                List.of(),
                problem.members(),
                problem.headers());
    }

    private static String names(List<MediaType> types) {
        return types.stream()
                .filter(type -> type.isConcrete())
                .map(MediaType::toString)
                .distinct()
                .collect(Collectors.joining(", "));
    }
}
