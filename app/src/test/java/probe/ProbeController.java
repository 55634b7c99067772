package probe;

import dev.varve.command.Rejected;
import dev.varve.query.NotFound;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Operations that go wrong in every way there is. */
@RestController
public final class ProbeController {

    /** What a test must never find in a log. */
    public static final String SECRET = "Geheimnis-4711";

    public enum Mode {
        BUS,
        TRAM
    }

    public record Part(@NotBlank String label) {}

    public record Thing(
            @NotBlank @Size(max = 10) String name,
            int count,
            @NotNull Mode mode,
            @Nullable Instant at,
            @Nullable List<@Valid Part> parts) {}

    public record Answer(int run) {}

    public final AtomicInteger runs = new AtomicInteger();
    public final CountDownLatch slowStarted = new CountDownLatch(1);
    public final CountDownLatch slowMayEnd = new CountDownLatch(1);

    @PostMapping("/api/probe/things")
    ResponseEntity<Answer> add(@Valid @RequestBody Thing thing) {
        return ResponseEntity.created(URI.create("/api/probe/things/1"))
                .eTag("\"7\"")
                .header("Varve-Position", "42")
                .body(new Answer(runs.incrementAndGet()));
    }

    @PostMapping("/api/probe/slow")
    Answer slow() throws InterruptedException {
        int run = runs.incrementAndGet();
        slowStarted.countDown();
        if (!slowMayEnd.await(20, TimeUnit.SECONDS)) {
            throw new IllegalStateException("nobody let it end");
        }
        return new Answer(run);
    }

    @GetMapping("/api/probe/things/{id}")
    Answer one(
            @PathVariable @Size(max = 64) String id,
            @RequestParam(defaultValue = "10") @Max(40) int limit,
            @RequestParam(defaultValue = "BUS") Mode mode) {
        return new Answer(limit);
    }

    @GetMapping("/api/probe/search")
    Answer search(@RequestParam String query) {
        return new Answer(query.length());
    }

    @DeleteMapping("/admin/probe")
    void operate() {}

    private static ErrorResponseException behind() {
        ProblemDetail problem =
                ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, "projection things is at position 5");
        problem.setType(URI.create("/problems/varve/read-model-behind"));
        return new ErrorResponseException(HttpStatus.SERVICE_UNAVAILABLE, problem, null);
    }

    @PostMapping("/api/probe/fail/{how}")
    Answer fail(@PathVariable String how) throws SQLException {
        runs.incrementAndGet();
        switch (how) {
            case "rejected" -> throw new Rejected("probe", "not-today", "name", "this is not done on Sundays");
            case "unknown" -> throw new NotFound("probe", "unknown-thing", "there is no thing 7");
            case "conflict" -> throw new ConcurrencyException(SECRET);
            case "created" -> throw new AggregateStreamCreationException(SECRET);
            case "gone" -> throw new AggregateNotFoundException("station-1", SECRET);
            case "behind" -> throw behind();
            case "away" -> throw new SQLException(SECRET, "08006");
            default ->
                throw new IllegalStateException(SECRET, new SQLException("Key (email)=(" + SECRET + ")", "23505"));
        }
    }
}
