package dev.varve.transit.command.routesnapshot;

import dev.varve.command.CommandAnswer;
import dev.varve.command.Outcome;
import dev.varve.eventstore.axon.CommandDispatcher;
import dev.varve.eventstore.axon.CommandReceipt;
import dev.varve.transit.command.KnownThings;
import dev.varve.transit.events.RouteEnd;
import jakarta.validation.Valid;
import java.time.Clock;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The command API of route snapshots. */
@RestController
final class RouteSnapshotController {

    private final CommandDispatcher commands;
    private final KnownThings known;
    private final Clock clock;

    RouteSnapshotController(CommandDispatcher commands, KnownThings known, Clock clock) {
        this.commands = commands;
        this.known = known;
        this.clock = clock;
    }

    @PostMapping("/api/v1/transit/route-snapshots")
    ResponseEntity<RouteSnapshotAnswer> record(@Valid @RequestBody RouteSnapshotRequest request) {
        RecordRouteSnapshot command = request.command(clock.instant());
        mustKnow("origin.stationId", command.origin());
        mustKnow("destination.stationId", command.destination());
        known.mustKnow("ingestionRunId", command.ingestionRunId());
        CommandReceipt receipt = commands.dispatch(command);
        Outcome outcome = Outcome.of(receipt);
        String id = command.routeSnapshotId().value();
        return CommandAnswer.of(
                outcome,
                CommandAnswer.at("/api/v1/transit/route-snapshots/{id}", id),
                receipt,
                new RouteSnapshotAnswer(id, outcome.word()));
    }

    private void mustKnow(String field, RouteEnd end) {
        if (end.stationId() != null) {
            known.mustKnow(field, end.stationId());
        }
    }

    /** @param result recorded or unchanged */
    record RouteSnapshotAnswer(String routeSnapshotId, String result) {}
}
