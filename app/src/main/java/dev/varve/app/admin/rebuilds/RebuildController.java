package dev.varve.app.admin.rebuilds;

import dev.varve.app.admin.OperatorReason;
import dev.varve.app.admin.ProgressEvents;
import dev.varve.app.admin.Why;
import dev.varve.app.security.Actor;
import dev.varve.projection.Operator;
import dev.varve.projection.rebuild.Rebuild;
import dev.varve.projection.rebuild.RebuildRefused;
import dev.varve.projection.rebuild.RebuildRefused.Reason;
import dev.varve.projection.rebuild.RebuildRequest;
import dev.varve.projection.rebuild.RebuildRunner;
import dev.varve.projection.rebuild.Rebuilds;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Starts, shows and steers rebuilds of read models, on whichever node they run. */
@RestController
@RequestMapping("/admin/rebuilds")
final class RebuildController {

    private final Rebuilds rebuilds;
    private final RebuildRunner runner;
    private final ProgressEvents progress;

    RebuildController(Rebuilds rebuilds, RebuildRunner runner, ProgressEvents progress) {
        this.rebuilds = rebuilds;
        this.runner = runner;
        this.progress = progress;
    }

    /**
     * What to rebuild.
     *
     * @param projections read in one scan of the log and switched together
     * @param switchOver whether to switch as soon as everything is there; without it, it waits for {@code …/switch}
     * @param verify whether to compare row by row before; then a difference keeps it from switching by itself
     * @param maxRate events a second at most
     * @param reason kept in the record of operators' actions
     */
    record RebuildOrder(
            @NotEmpty @Size(max = 100) List<@NotNull @Size(max = 200) String> projections,
            @Nullable Boolean switchOver,
            @Nullable Boolean verify,
            @Nullable @Min(1) Integer maxRate,
            @Nullable @OperatorReason String reason) {}

    @PostMapping
    ResponseEntity<RebuildView> start(@RequestBody @Valid RebuildOrder order) {
        Rebuild started = rebuilds.start(
                new RebuildRequest(
                        order.projections(),
                        !Boolean.FALSE.equals(order.switchOver()),
                        Boolean.TRUE.equals(order.verify()),
                        order.maxRate()),
                by(order.reason()));
        runner.wake();
        return ResponseEntity.accepted()
                .location(URI.create("/admin/rebuilds/" + started.id()))
                .body(RebuildView.of(started));
    }

    @GetMapping
    List<RebuildView> newest(@RequestParam(defaultValue = "20") @Min(1) @Max(200) int limit) {
        return rebuilds.newest(limit).stream().map(RebuildView::of).toList();
    }

    @GetMapping("/{id}")
    RebuildView one(@PathVariable long id) {
        return RebuildView.of(find(id));
    }

    @GetMapping(path = "/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter events(@PathVariable long id) {
        Rebuild known = find(id);
        return progress.of(() -> RebuildView.of(find(known.id())), RebuildView::over);
    }

    @PostMapping("/{id}/pause")
    ResponseEntity<RebuildView> pause(@PathVariable long id, @RequestBody(required = false) @Valid @Nullable Why why) {
        return accepted(rebuilds.pause(id, by(why)));
    }

    @PostMapping("/{id}/resume")
    ResponseEntity<RebuildView> resume(@PathVariable long id, @RequestBody(required = false) @Valid @Nullable Why why) {
        return accepted(rebuilds.resume(id, by(why)));
    }

    @PostMapping("/{id}/switch")
    ResponseEntity<RebuildView> switchOver(
            @PathVariable long id, @RequestBody(required = false) @Valid @Nullable Why why) {
        return accepted(rebuilds.switchOver(id, by(why)));
    }

    @PostMapping("/{id}/undo")
    ResponseEntity<RebuildView> undo(@PathVariable long id, @RequestBody(required = false) @Valid @Nullable Why why) {
        return accepted(rebuilds.undo(id, by(why)));
    }

    @DeleteMapping("/{id}")
    ResponseEntity<RebuildView> cancel(
            @PathVariable long id, @RequestParam(required = false) @Nullable @OperatorReason String reason) {
        return accepted(rebuilds.cancel(id, by(reason)));
    }

    private ResponseEntity<RebuildView> accepted(Rebuild rebuild) {
        runner.wake();
        return ResponseEntity.accepted().body(RebuildView.of(rebuild));
    }

    private Rebuild find(long id) {
        return rebuilds.find(id).orElseThrow(() -> new RebuildRefused(Reason.UNKNOWN, "there is no rebuild " + id));
    }

    private static Operator by(@Nullable Why why) {
        return by(why == null ? null : why.reason());
    }

    private static Operator by(@Nullable String reason) {
        return new Operator(Actor.current().name(), reason);
    }
}
