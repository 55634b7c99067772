package dev.varve.app.admin.projections;

import dev.varve.app.admin.OperatorReason;
import dev.varve.app.problem.FieldProblem;
import dev.varve.app.problem.ProblemException;
import dev.varve.app.problem.StandardProblem;
import dev.varve.app.security.Actor;
import dev.varve.projection.Operator;
import dev.varve.projection.parked.ParkedCause;
import dev.varve.projection.parked.ParkedEvents;
import dev.varve.projection.parked.ParkedRetry;
import dev.varve.projection.parked.ParkedRetry.Retried;
import dev.varve.projection.parked.ParkedSequence;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Events that a projection could not apply. */
@RestController
@RequestMapping("/admin/projections/{name}/parked")
final class ParkedEventsController {

    private final ParkedEvents parked;
    private final ParkedRetry retry;

    ParkedEventsController(ParkedEvents parked, ParkedRetry retry) {
        this.parked = parked;
        this.retry = retry;
    }

    /**
     * What to retry.
     *
     * @param sequence null for all that is parked
     * @param event its first event only; needs the sequence
     */
    record RetryOrder(
            @Nullable @Size(max = 500) String sequence,
            @Nullable @Size(max = 200) String event,
            @Nullable @OperatorReason String reason) {}

    /**
     * What to give up.
     *
     * @param event null for all that waits of the sequence
     */
    record SkipOrder(
            @NotBlank @Size(max = 500) String sequence,
            @Nullable @Size(max = 200) String event,
            @NotBlank @OperatorReason String reason) {}

    /** How many events were given up. */
    record Skipped(int skipped) {}

    @GetMapping
    List<ParkedSequence> sequences(
            @PathVariable String name, @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int limit) {
        retry.require(name);
        return parked.list(name, limit);
    }

    @GetMapping("/causes")
    List<ParkedCause> causes(
            @PathVariable String name, @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int limit) {
        retry.require(name);
        return parked.causes(name, limit);
    }

    @PostMapping("/retry")
    Retried retry(@PathVariable String name, @RequestBody @Valid RetryOrder order) {
        if (order.sequence() == null && order.event() != null) {
            throw new ProblemException(StandardProblem.INVALID_REQUEST.because(
                    new FieldProblem("sequence", "missing", "is required where an event is named")));
        }
        retry.require(name);
        Operator operator = new Operator(Actor.current().name(), order.reason());
        return order.sequence() == null
                ? retry.all(name, operator)
                : retry.sequence(name, order.sequence(), order.event(), operator);
    }

    @PostMapping("/skip")
    Skipped skip(@PathVariable String name, @RequestBody @Valid SkipOrder order) {
        retry.require(name);
        return new Skipped(parked.skip(
                name,
                order.sequence(),
                order.event(),
                new Operator(Actor.current().name(), order.reason())));
    }
}
