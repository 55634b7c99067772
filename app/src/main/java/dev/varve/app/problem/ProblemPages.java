package dev.varve.app.problem;

import io.swagger.v3.oas.annotations.Hidden;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What a problem's {@code type} leads to: a short text about it. */
@RestController
@Hidden
final class ProblemPages {

    @GetMapping(path = "/problems/{context}/{code}", produces = MediaType.TEXT_PLAIN_VALUE)
    ResponseEntity<String> page(@PathVariable String context, @PathVariable String code) {
        return StandardProblem.of(context, code)
                .map(p ->
                        ResponseEntity.ok("%s%n%nStatus %d%n%n%s%n".formatted(p.title(), p.status(), p.explanation())))
                .orElseThrow(() -> new ProblemException(StandardProblem.NO_SUCH_PATH.because(
                        "no page about this problem; the documentation of its context has it")));
    }
}
