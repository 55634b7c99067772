package dev.varve.app.web;

import dev.varve.app.problem.FieldProblem;
import dev.varve.app.problem.Problem;
import dev.varve.app.problem.ProblemException;
import dev.varve.app.problem.StandardProblem;
import dev.varve.personal.files.PersonalFilesSettings;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Refuses what is too long or cannot be kept before anybody reads it. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 20)
final class RequestLimitsFilter extends OncePerRequestFilter {

    private static final String ENCODED_NUL = "%00";

    private final WebSettings settings;
    private final ObjectProvider<PersonalFilesSettings> files;

    RequestLimitsFilter(WebSettings settings, ObjectProvider<PersonalFilesSettings> files) {
        this.settings = settings;
        this.files = files;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String query = Optional.ofNullable(request.getQueryString()).orElse("");
        int length = request.getRequestURI().length() + query.length();
        if (length > settings.maxAddressLength()) {
            throw new ProblemException(StandardProblem.URI_TOO_LONG
                    .because("the address has %d characters, and %d are accepted"
                            .formatted(length, settings.maxAddressLength()))
                    .withMember("limit", settings.maxAddressLength()));
        }
        if (query.contains(ENCODED_NUL)) {
            throw new ProblemException(StandardProblem.INVALID_REQUEST.because(
                    new FieldProblem(parameterWithNul(query), "text", "must not hold NUL characters")));
        }
        long limit = limit(request);
        if (request.getContentLengthLong() > limit) {
            throw new ProblemException(bodyTooLarge(limit));
        }
        chain.doFilter(new LimitedRequest(request, limit), response);
    }

    // A form carries a file, which is written while it is read; other bodies are held in memory.
    private long limit(HttpServletRequest request) {
        String type = request.getContentType();
        PersonalFilesSettings accepted = files.getIfAvailable();
        if (accepted != null && type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")) {
            return accepted.maxSize().toBytes() + settings.maxBodyBytes();
        }
        return settings.maxBodyBytes();
    }

    static Problem bodyTooLarge(long limit) {
        return StandardProblem.BODY_TOO_LARGE
                .because("a body may have at most " + limit + " bytes")
                .withMember("limit", limit);
    }

    private static String parameterWithNul(String query) {
        return Arrays.stream(query.split("&", -1))
                .filter(pair -> pair.contains(ENCODED_NUL))
                .map(pair -> pair.split("=", 2)[0])
                .filter(name -> name.matches("[A-Za-z0-9_.\\-]{1,100}"))
                .findFirst()
                .orElse("query");
    }
}
