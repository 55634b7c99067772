package dev.varve.app.problem;

import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** What the container or {@code sendError} refuses: such requests come here by an error dispatch. */
@Controller
@Hidden
final class ProblemErrorController implements ErrorController {

    private final ProblemAnswers answers;
    private final ProblemWriter writer;

    ProblemErrorController(ProblemAnswers answers, ProblemWriter writer) {
        this.answers = answers;
        this.writer = writer;
    }

    @RequestMapping("/error")
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Object failure = request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
        if (failure instanceof IOException) {
            // Ours were answered before; this is what the container met while it read what a client stopped sending.
            writer.write(request, response, StandardProblem.MALFORMED_REQUEST.because("the body broke off"));
            return;
        }
        if (failure instanceof Throwable defect) {
            answers.answer(request, response, defect);
            return;
        }
        int status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code ? code : 404;
        StandardProblem kind = StandardProblem.ofStatus(status);
        Problem problem = kind.because(kind.title());
        writer.write(
                request,
                response,
                new Problem(
                        problem.type(),
                        problem.title(),
                        status,
                        problem.detail(),
                        problem.errors(),
                        problem.members(),
                        problem.headers()));
    }
}
