package dev.varve.app.problem;

import dev.varve.command.InvalidRequests;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.servlet.HandlerMapping;

/** Answers an exception: translates it, logs it once if the server is to blame, and writes it. */
@Component
public final class ProblemAnswers {

    private static final Logger log = LoggerFactory.getLogger(ProblemAnswers.class);

    private final ProblemWriter writer;

    ProblemAnswers(ProblemWriter writer) {
        this.writer = writer;
    }

    public void answer(HttpServletRequest request, HttpServletResponse response, Throwable failure) throws IOException {
        if (failure instanceof AsyncRequestNotUsableException || response.isCommitted()) {
            log.debug(
                    "answer broke off pattern={} cause={}",
                    pattern(request),
                    failure.getClass().getName());
            return;
        }
        Problem problem = asThePredecessorDid(request, Translation.of(failure));
        if (problem.status() == StandardProblem.INTERNAL.status()) {
            log.error(
                    "request failed method={} pattern={}", request.getMethod(), pattern(request), Redacted.of(failure));
        } else if (problem.status() > StandardProblem.INTERNAL.status()) {
            log.warn(
                    "request refused method={} pattern={} status={} type={}",
                    request.getMethod(),
                    pattern(request),
                    problem.status(),
                    problem.type());
        }
        writer.write(request, response, problem);
    }

    private static Problem asThePredecessorDid(HttpServletRequest request, Problem problem) {
        return problem.status() == StandardProblem.INVALID_REQUEST.status()
                        && request.getAttribute(InvalidRequests.STATUS) instanceof Integer status
                ? problem.withStatus(status)
                : problem;
    }

    // The pattern, not the path: a path holds ids.
    private static Object pattern(HttpServletRequest request) {
        Object pattern = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
        return pattern == null ? "-" : pattern;
    }
}
