package dev.varve.query;

import dev.varve.projection.Projection;
import dev.varve.projection.ProjectionProgress;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.TypeMismatchException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Lets a caller read what it has just written: a request that carries {@code Varve-Min-Position}, the position that a
 * command answered, is held back until the read models it is about hold everything up to there, briefly, and is refused
 * with 503 and Retry-After when that takes too long.
 */
final class MinPosition implements HandlerInterceptor {

    static final String HEADER = "Varve-Min-Position";

    private static final String RETRY_AFTER_SECONDS = "1";
    private static final URI READ_MODEL_BEHIND = URI.create("/problems/varve/read-model-behind");

    private final ObjectProvider<Projection<?>> projections;
    private final ProjectionProgress progress;
    private final Duration timeout;

    MinPosition(ObjectProvider<Projection<?>> projections, ProjectionProgress progress, Duration timeout) {
        this.projections = projections;
        this.progress = progress;
        this.timeout = timeout;
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
            throws InterruptedException {
        String wanted = request.getHeader(HEADER);
        if (wanted != null && handler instanceof HandlerMethod method) {
            long position = position(wanted);
            Optional<String> behind = progress.await(readBy(method), position, timeout);
            if (behind.isPresent()) {
                throw notYet(behind.get(), position);
            }
        }
        return true;
    }

    private List<String> readBy(HandlerMethod method) {
        @Nullable Reads reads = AnnotatedElementUtils.findMergedAnnotation(method.getBeanType(), Reads.class);
        if (reads == null) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        for (Class<? extends Projection<?>> type : reads.value()) {
            projections.stream().filter(type::isInstance).map(Projection::name).forEach(names::add);
        }
        return names;
    }

    private static long position(String text) {
        try {
            long position = Long.parseLong(text.strip());
            if (position >= 0) {
                return position;
            }
        } catch (NumberFormatException e) {
            throw malformed(text, e);
        }
        throw malformed(text, null);
    }

    private static TypeMismatchException malformed(String text, @Nullable Throwable cause) {
        TypeMismatchException exception = new TypeMismatchException(text, Long.class, cause);
        exception.initPropertyName(HEADER);
        return exception;
    }

    private ErrorResponseException notYet(String projection, long position) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(
                HttpStatus.SERVICE_UNAVAILABLE,
                "projection %s is at position %s and did not reach %d within %d ms"
                        .formatted(
                                projection,
                                progress.position(projection).stream()
                                        .mapToObj(Long::toString)
                                        .findFirst()
                                        .orElse("none"),
                                position,
                                timeout.toMillis()));
        problem.setType(READ_MODEL_BEHIND);
        ErrorResponseException exception = new ErrorResponseException(HttpStatus.SERVICE_UNAVAILABLE, problem, null);
        exception.getHeaders().set(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        return exception;
    }
}
