package dev.varve.app.web;

import dev.varve.app.problem.Problem;
import dev.varve.app.problem.ProblemException;
import dev.varve.app.problem.StandardProblem;
import dev.varve.personal.files.PersonalFilesSettings;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Refuses what is too long before anybody reads it. */
@Component
@Order(RequestLimitsFilter.ORDER)
final class RequestLimitsFilter extends OncePerRequestFilter {

    static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 20;

    private static final Set<String> FILES = Set.of("audio/", "video/", "application/ogg", "application/octet-stream");

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
        long limit = limit(request);
        if (request.getContentLengthLong() > limit) {
            throw new ProblemException(bodyTooLarge(limit));
        }
        chain.doFilter(new LimitedRequest(request, limit), response);
    }

    private long limit(HttpServletRequest request) {
        PersonalFilesSettings accepted = files.getIfAvailable();
        return accepted != null && carriesFile(request)
                ? accepted.maxSize().toBytes() + settings.maxBodyBytes()
                : settings.maxBodyBytes();
    }

    // A form, or what is put under the name of a file's own type, is written while it is read; other bodies are held in
    // memory.
    private static boolean carriesFile(HttpServletRequest request) {
        String type = Optional.ofNullable(request.getContentType()).orElse("").toLowerCase(Locale.ROOT);
        return type.startsWith("multipart/form-data")
                || (request.getMethod().equals("PUT") && FILES.stream().anyMatch(type::startsWith));
    }

    static Problem bodyTooLarge(long limit) {
        return StandardProblem.BODY_TOO_LARGE
                .because("a body may have at most " + limit + " bytes")
                .withMember("limit", limit);
    }
}
