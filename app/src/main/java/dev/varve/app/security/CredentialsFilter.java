package dev.varve.app.security;

import dev.varve.app.database.DatabaseWatch;
import dev.varve.app.problem.Problem;
import dev.varve.app.problem.ProblemWriter;
import dev.varve.app.problem.StandardProblem;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Signs in by API key, or as {@link Actor#LOCAL} where no credentials are required and none were sent.
 *
 * <p>A key that does not exist is refused even where none is required: who sends one expects it to count.
 *
 * <p>While the database is away nobody can be looked up. Health is answered all the same, as to a stranger, and that the
 * process lives is answered without a look: whoever probes for it would end a process that only has to wait.
 */
final class CredentialsFilter extends OncePerRequestFilter {

    static final String KEY_HEADER = "X-API-Key";

    private static final String BEARER = "Bearer ";
    private static final PathPatternRequestMatcher LIVENESS =
            PathPatternRequestMatcher.pathPattern("/actuator/health/liveness");
    private static final PathPatternRequestMatcher HEALTH =
            PathPatternRequestMatcher.pathPattern("/actuator/health/**");

    private final KnownKeys keys;
    private final Access access;
    private final LocalCallers locals;
    private final DatabaseWatch database;
    private final ProblemWriter problems;

    CredentialsFilter(
            KnownKeys keys, Access access, LocalCallers locals, DatabaseWatch database, ProblemWriter problems) {
        this.keys = keys;
        this.access = access;
        this.locals = locals;
        this.database = database;
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return LIVENESS.matches(request);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<Problem> refusal;
        try {
            // Whoever asks for health is not to wait for a connection to be looked up on.
            boolean stranger = HEALTH.matches(request) && database.awaySince().isPresent();
            refusal = stranger ? Optional.empty() : signIn(request);
        } catch (ApiKeys.Unreadable e) {
            if (!HEALTH.matches(request)) {
                throw e;
            }
            refusal = Optional.empty();
        }
        if (refusal.isPresent()) {
            problems.write(request, response, refusal.get());
        } else {
            chain.doFilter(request, response);
        }
    }

    /** Answers why nobody is let in, if so. */
    private Optional<Problem> signIn(HttpServletRequest request) {
        String secret = secret(request);
        if (secret != null) {
            Optional<ApiKey> key = keys.find(new ApiKeySecret(secret));
            if (key.isEmpty()) {
                return Optional.of(StandardProblem.UNAUTHENTICATED
                        .because("the API key does not exist or was revoked")
                        .withHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer"));
            }
            signIn(Actor.ofKey(key.get().name()), key.get().roles());
        } else if (request.getHeader(HttpHeaders.AUTHORIZATION) == null && access.isOpen()) {
            if (!locals.isLocal(request)) {
                return Optional.of(StandardProblem.FOREIGN_ORIGIN.because("without authentication the server answers"
                        + " only requests to a loopback name, and none that a page of another site sends"));
            }
            signIn(Actor.LOCAL, List.of(Role.values()));
        }
        return Optional.empty();
    }

    private static @Nullable String secret(HttpServletRequest request) {
        String own = request.getHeader(KEY_HEADER);
        if (own != null) {
            return own.strip();
        }
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        return isKey(authorization) ? authorization.substring(BEARER.length()).strip() : null;
    }

    /** Whether a bearer token is one of our keys, and so not a token of an issuer. */
    static boolean isKey(@Nullable String authorization) {
        return authorization != null
                && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                && authorization.startsWith(ApiKeySecret.PREFIX, BEARER.length());
    }

    private static void signIn(Actor actor, List<Role> roles) {
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(UsernamePasswordAuthenticationToken.authenticated(
                actor, null, roles.stream().map(Role::authority).toList()));
        SecurityContextHolder.setContext(context);
    }
}
