package dev.varve.transit.command.ingestion;

import dev.varve.command.CommandAnswer;
import dev.varve.command.IdText;
import dev.varve.command.Outcome;
import dev.varve.eventstore.axon.CommandDispatcher;
import dev.varve.eventstore.axon.CommandReceipt;
import dev.varve.transit.command.TransitBounds;
import dev.varve.transit.events.IngestionRunId;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import org.springframework.http.ResponseEntity;
import org.springframework.util.IdGenerator;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The command API of ingestion runs, for importers that are not part of this application. */
@RestController
final class IngestionController {

    private final CommandDispatcher commands;
    private final IdGenerator ids;
    private final Clock clock;

    IngestionController(CommandDispatcher commands, IdGenerator ids, Clock clock) {
        this.commands = commands;
        this.ids = ids;
        this.clock = clock;
    }

    @PostMapping("/api/v1/transit/ingestion-runs")
    ResponseEntity<IngestionAnswer> start(@Valid @RequestBody StartIngestionRequest request) {
        StartIngestion command = request.command(ids.generateId().toString(), clock.instant());
        return answer(command.ingestionRunId(), commands.dispatch(command));
    }

    @PostMapping("/api/v1/transit/ingestion-runs/{id}/complete")
    ResponseEntity<IngestionAnswer> complete(
            @PathVariable @Size(max = TransitBounds.ID) @IdText String id,
            @Valid @RequestBody CompleteIngestionRequest request) {
        IngestionRunId runId = new IngestionRunId(id);
        return answer(runId, commands.dispatch(request.command(runId, clock.instant())));
    }

    private static ResponseEntity<IngestionAnswer> answer(IngestionRunId id, CommandReceipt receipt) {
        Outcome outcome = Outcome.of(receipt);
        return CommandAnswer.of(
                outcome,
                CommandAnswer.at("/api/v1/transit/ingestion-runs/{id}", id.value()),
                receipt,
                new IngestionAnswer(id.value(), outcome.word()));
    }

    /** @param result recorded or unchanged */
    record IngestionAnswer(String ingestionRunId, String result) {}
}
