package dev.varve.transit.command.departure;

import dev.varve.command.CommandAnswer;
import dev.varve.command.Outcome;
import dev.varve.eventstore.axon.CommandDispatcher;
import dev.varve.eventstore.axon.CommandReceipt;
import dev.varve.transit.command.KnownThings;
import dev.varve.transit.command.line.RegisterLine;
import jakarta.validation.Valid;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * The command API of departures.
 *
 * <p>Everything that a rule can refuse is refused before the first command is dispatched. After that only the machine
 * can fail; then some departures may be recorded, and the same request again is harmless.
 */
@RestController
final class DepartureController {

    private final CommandDispatcher commands;
    private final KnownThings known;
    private final Clock clock;

    DepartureController(CommandDispatcher commands, KnownThings known, Clock clock) {
        this.commands = commands;
        this.known = known;
        this.clock = clock;
    }

    @PostMapping("/api/v1/transit/departures")
    ResponseEntity<DeparturesAnswer> observe(@Valid @RequestBody DeparturesRequest request) {
        Collection<RegisterLine> lines = request.lines();
        List<ObserveDeparture> observations = request.observations(clock.instant());
        known.mustKnow("stationId", request.station());
        known.mustKnow("ingestionRunId", request.run());

        lines.forEach(commands::dispatch);
        List<CommandReceipt> receipts = dispatchAll(observations);

        List<DepartureAnswer> items = IntStream.range(0, receipts.size())
                .mapToObj(i -> answer(observations.get(i), receipts.get(i)))
                .toList();
        long position =
                receipts.stream().mapToLong(CommandReceipt::position).max().orElseThrow();
        boolean created = receipts.stream().anyMatch(receipt -> Outcome.of(receipt) == Outcome.CREATED);
        return CommandAnswer.ofMany(
                created ? Outcome.CREATED : Outcome.CHANGED,
                CommandAnswer.at("/api/v1/transit/departures?station={id}", request.stationId()),
                position,
                new DeparturesAnswer(request.stationId(), items));
    }

    /** All at once, so that the log commits them together; those of the same departure one after the other. */
    private List<CommandReceipt> dispatchAll(List<ObserveDeparture> observations) {
        CommandReceipt[] receipts = new CommandReceipt[observations.size()];
        Collection<List<Integer>> byDeparture = IntStream.range(0, receipts.length)
                .boxed()
                .collect(Collectors.groupingBy(i -> observations.get(i).departureId()))
                .values();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture.allOf(byDeparture.stream()
                            .map(indexes -> CompletableFuture.runAsync(
                                    () -> indexes.forEach(i -> receipts[i] = commands.dispatch(observations.get(i))),
                                    threads))
                            .toArray(CompletableFuture<?>[]::new))
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
        return List.of(receipts);
    }

    private static DepartureAnswer answer(ObserveDeparture command, CommandReceipt receipt) {
        return new DepartureAnswer(
                command.departureId().value(), Outcome.of(receipt).word(), receipt.position());
    }

    /** What became of the items, in their order. */
    record DeparturesAnswer(String stationId, List<DepartureAnswer> items) {}

    /**
     * @param result recorded or unchanged
     * @param position of its last event, or the log's head when nothing was written
     */
    record DepartureAnswer(String departureId, String result, long position) {}
}
