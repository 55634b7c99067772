package dev.varve.transit.command.station;

import dev.varve.command.CommandAnswer;
import dev.varve.command.Outcome;
import dev.varve.eventstore.axon.CommandDispatcher;
import dev.varve.eventstore.axon.CommandReceipt;
import jakarta.validation.Valid;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The command API of stations. */
@RestController
final class StationController {

    private final CommandDispatcher commands;

    StationController(CommandDispatcher commands) {
        this.commands = commands;
    }

    @PostMapping("/api/v1/transit/stations")
    ResponseEntity<StationAnswer> register(@Valid @RequestBody StationRequest request) {
        CommandReceipt receipt = commands.dispatch(request.command());
        Outcome outcome = Outcome.of(receipt);
        return CommandAnswer.of(
                outcome,
                CommandAnswer.at("/api/v1/transit/stations/{id}", request.stationId()),
                receipt,
                new StationAnswer(request.stationId(), outcome.word()));
    }

    /** @param result recorded or unchanged */
    record StationAnswer(String stationId, String result) {}
}
