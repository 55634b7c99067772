package dev.varve.app.web;

import dev.varve.app.problem.FieldProblem;
import dev.varve.app.problem.ProblemException;
import dev.varve.app.problem.StandardProblem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import org.springframework.web.servlet.HandlerInterceptor;

/** Refuses parameters with a NUL character, which PostgreSQL cannot keep. */
final class NulCharacters implements HandlerInterceptor {

    private static final String ENCODED = "%00";

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        String query = request.getQueryString();
        if (query != null && query.contains(ENCODED)) {
            throw new ProblemException(StandardProblem.INVALID_REQUEST.because(
                    new FieldProblem(parameter(query), "text", "must not hold NUL characters")));
        }
        return true;
    }

    private static String parameter(String query) {
        return Arrays.stream(query.split("&", -1))
                .filter(pair -> pair.contains(ENCODED))
                .map(pair -> pair.split("=", 2)[0])
                .filter(name -> name.matches("[A-Za-z0-9_.\\-]{1,100}"))
                .findFirst()
                .orElse("query");
    }
}
