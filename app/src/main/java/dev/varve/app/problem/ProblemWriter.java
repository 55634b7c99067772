package dev.varve.app.problem;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Writes a problem as the answer, whatever the client accepts: an error in an unexpected form beats none. */
@Component
public final class ProblemWriter {

    private static final int INSTANCE_LIMIT = 2_000;

    // A mapper of its own: how requests and answers of operations are read and written must not change problems.
    private final JsonMapper json = JsonMapper.shared();

    /** Does nothing when the answer has begun: the client then sees it break off, which is the truth. */
    public void write(HttpServletRequest request, HttpServletResponse response, Problem problem) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        response.resetBuffer();
        response.setStatus(problem.status());
        // Some statuses, 404 and 410 among them, may otherwise be kept by whoever passes them on.
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        problem.headers().forEach(response::setHeader);
        byte[] body = json.writeValueAsBytes(members(request, problem));
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setContentLength(body.length);
        if (!"HEAD".equals(request.getMethod())) {
            response.getOutputStream().write(body);
        }
        response.flushBuffer();
    }

    private static Map<String, Object> members(HttpServletRequest request, Problem problem) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", problem.type());
        members.put("title", problem.title());
        members.put("status", problem.status());
        members.put("detail", problem.detail());
        String instance = address(request);
        if (instance.length() <= INSTANCE_LIMIT) {
            members.put("instance", instance);
        }
        members.put("requestId", RequestId.of(request));
        members.putAll(problem.members());
        if (!problem.errors().isEmpty()) {
            members.put("errors", problem.errors());
        }
        return members;
    }

    private static String address(HttpServletRequest request) {
        return request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String original
                ? original
                : request.getRequestURI();
    }
}
