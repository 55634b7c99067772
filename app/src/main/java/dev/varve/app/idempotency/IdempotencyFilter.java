package dev.varve.app.idempotency;

import dev.varve.app.problem.FieldProblem;
import dev.varve.app.problem.ProblemException;
import dev.varve.app.problem.StandardProblem;
import dev.varve.app.security.Actor;
import dev.varve.personal.ErasedSubjectException;
import dev.varve.personal.TouchedSubjects;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;

/**
 * {@code Idempotency-Key} for POST and PATCH below {@code /api} and {@code /admin}, after the IETF draft
 * draft-ietf-httpapi-idempotency-key-header-07.
 *
 * <p>The answer is stored before it is sent, so a client that lost it gets it again. Between the command's commit and
 * that storing lies a moment in which a crash leaves the work done and the key unanswered; a repeat then runs again, and
 * the streams' own version and command ids make that harmless.
 *
 * <p>An answer that is about persons is kept sealed as theirs ({@link PersonalAnswers}).
 */
@Component
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@Order(IdempotencyFilter.AFTER_SECURITY)
final class IdempotencyFilter extends OncePerRequestFilter {

    static final String HEADER = "Idempotency-Key";
    static final String REPLAYED = "Idempotency-Replayed";
    static final int AFTER_SECURITY = 0;

    private static final Logger log = LoggerFactory.getLogger(IdempotencyFilter.class);
    private static final Set<String> METHODS = Set.of("POST", "PATCH");
    private static final Pattern ACCEPTED = Pattern.compile("[\\x20-\\x7e]{1,255}");
    private static final int STORED_BODY_LIMIT = 1_048_576;

    /** How the answer begins that refuses a request before a context has seen it. */
    private static final byte[] OUR_OWN_PROBLEM = "{\"type\":\"/problems/varve/".getBytes(StandardCharsets.US_ASCII);

    /** Answers that say "not now": a repeat must run, not hear them again. */
    private static final Set<Integer> PASSING = Set.of(401, 403, 408, 409, 413, 425, 429);

    /** Headers that belong to the exchange, not to the answer. */
    private static final Set<String> NOT_STORED = Set.of(
            "connection",
            "content-length",
            "date",
            "keep-alive",
            "set-cookie",
            "transfer-encoding",
            "vary",
            "x-request-id");

    private final IdempotencyKeys keys;
    private final PersonalAnswers answers;

    IdempotencyFilter(IdempotencyKeys keys, PersonalAnswers answers) {
        this.keys = keys;
        this.answers = answers;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String path = request.getRequestURI();
        return request.getHeader(HEADER) == null
                || isForm(request)
                || !METHODS.contains(request.getMethod())
                || !(path.startsWith("/api/") || path.startsWith("/admin/"));
    }

    // A form carries files, which are never held in memory as a whole; what takes them says how it can be repeated.
    private static boolean isForm(HttpServletRequest request) {
        String type = request.getContentType();
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String key = key(Objects.requireNonNull(request.getHeader(HEADER)));
        String principal = Actor.current().name();
        byte[] body = request.getInputStream().readAllBytes();
        switch (keys.claim(principal, key, hash(request, body))) {
            case Attempt.Ours ours ->
                run(new RepeatableRequest(request, body), response, chain, principal, key, ours.id());
            case Attempt.Answered answered ->
                replay(
                        response,
                        answers.opened(answered.answer())
                                .orElseThrow(() -> new ProblemException(StandardProblem.NOT_KEPT.because(
                                        "the answer was about a person who was erased since"))));
            case Attempt.OtherRequest other ->
                throw new ProblemException(StandardProblem.IDEMPOTENCY_MISMATCH.because(
                        "this Idempotency-Key came with another method, address or body before"));
            case Attempt.Running running ->
                throw new ProblemException(StandardProblem.IDEMPOTENCY_IN_PROGRESS
                        .because("the first request with this Idempotency-Key has no answer yet; it is given up in "
                                + Math.max(running.left().toSeconds(), 0) + " s")
                        .withHeader("Retry-After", "1"));
        }
    }

    private void run(
            HttpServletRequest request,
            HttpServletResponse response,
            FilterChain chain,
            String principal,
            String key,
            UUID attempt)
            throws ServletException, IOException {
        ContentCachingResponseWrapper answer = new ContentCachingResponseWrapper(response);
        boolean stored = false;
        try (TouchedSubjects touched = TouchedSubjects.begin()) {
            chain.doFilter(request, answer);
            if (stands(request, answer)) {
                stored = store(principal, key, attempt, answer(answer), touched.subjects());
            }
        } finally {
            if (!stored) {
                keys.release(principal, key, attempt);
            }
        }
        answer.copyBodyToResponse();
    }

    private boolean store(String principal, String key, UUID attempt, StoredAnswer answer, Set<String> subjects) {
        try {
            if (!keys.store(principal, key, attempt, answers.closed(answer, subjects))) {
                log.warn("request ran longer than it may with an idempotency key and was taken over");
            }
            return true;
        } catch (ErasedSubjectException e) {
            // What is about them cannot be kept any more; a repeat runs, and says so itself.
            return false;
        }
    }

    private static boolean stands(HttpServletRequest request, ContentCachingResponseWrapper answer) {
        return !request.isAsyncStarted()
                && answer.getStatus() < 500
                && !PASSING.contains(answer.getStatus())
                && !isRefusedAsWritten(answer)
                && answer.getContentSize() <= STORED_BODY_LIMIT;
    }

    // A request that is not valid reached nobody, so a repeat is refused again by itself; and the answer repeats
    // names from a body of which nobody knows whom it is about.
    private static boolean isRefusedAsWritten(ContentCachingResponseWrapper answer) {
        byte[] body = answer.getContentAsByteArray();
        return answer.getStatus() >= 400
                && Arrays.mismatch(body, OUR_OWN_PROBLEM) == Math.min(body.length, OUR_OWN_PROBLEM.length);
    }

    private static StoredAnswer answer(ContentCachingResponseWrapper answer) {
        List<Map.Entry<String, String>> headers = answer.getHeaderNames().stream()
                .filter(name -> !NOT_STORED.contains(name.toLowerCase(Locale.ROOT)))
                .distinct()
                .flatMap(name -> answer.getHeaders(name).stream().map(value -> Map.entry(name, value)))
                .toList();
        return new StoredAnswer(answer.getStatus(), headers, answer.getContentAsByteArray());
    }

    private static void replay(HttpServletResponse response, StoredAnswer answer) throws IOException {
        response.setStatus(answer.status());
        answer.headers().forEach(header -> response.setHeader(header.getKey(), header.getValue()));
        response.setHeader(REPLAYED, "true");
        response.setContentLength(answer.body().length);
        response.getOutputStream().write(answer.body());
    }

    // The draft makes it a quoted string; many clients send it bare.
    private static String key(String header) {
        String text = header.strip();
        boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
        String key = quoted ? text.substring(1, text.length() - 1) : text;
        if (!ACCEPTED.matcher(key).matches()) {
            throw new ProblemException(StandardProblem.INVALID_REQUEST.because(
                    new FieldProblem(HEADER, "form", "must be 1 to 255 characters of ASCII")));
        }
        return key;
    }

    private static byte[] hash(HttpServletRequest request, byte[] body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String query = request.getQueryString() == null ? "" : "?" + request.getQueryString();
            String line = request.getMethod() + " " + request.getRequestURI() + query + "\n";
            digest.update(line.getBytes(StandardCharsets.UTF_8));
            return digest.digest(body);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
