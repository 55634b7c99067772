package dev.varve.app.health;

import dev.varve.app.database.DatabaseWatch;
import dev.varve.projection.ProjectionFailed;
import dev.varve.projection.parked.ParkedEvents;
import dev.varve.projection.rebuild.ProjectionStates;
import dev.varve.projection.rebuild.ProjectionStates.ProjectionState;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Says of each projection how far it is and whether its rows are older than its code. That never takes a node out of
 * service: queries are answered from the rows there are.
 */
@Component("projectionsHealthIndicator")
final class ProjectionsHealthIndicator implements HealthIndicator {

    /** Behind by no more than what is recorded while the question is answered. */
    private static final double CAUGHT_UP_SECONDS = 5;

    private static final Duration LONGEST = Duration.ofSeconds(2);

    private final ProjectionStates states;
    private final ParkedEvents parked;
    private final DatabaseWatch watch;

    ProjectionsHealthIndicator(ProjectionStates states, ParkedEvents parked, DatabaseWatch watch) {
        this.states = states;
        this.parked = parked;
        this.watch = watch;
    }

    @Override
    public Health health() {
        if (watch.awaySince().isPresent()) {
            return unknown("the database does not answer");
        }
        // It needs connections of the pool, for which requests may be waiting.
        FutureTask<Health> asked = new FutureTask<>(this::ask);
        Thread.ofVirtual().name("projections-health").start(asked);
        try {
            return asked.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            asked.cancel(true);
            return unknown("no answer within " + LONGEST.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return unknown("interrupted");
        } catch (ExecutionException e) {
            return Health.unknown().withException(e).build();
        }
    }

    private static Health unknown(String reason) {
        return Health.unknown().withDetail("reason", reason).build();
    }

    private Health ask() {
        try {
            Health.Builder health = Health.up();
            boolean caughtUp = true;
            Map<String, Long> waiting = parked.counts();
            for (ProjectionState state : states.read()) {
                caughtUp &= state.lagSeconds() <= CAUGHT_UP_SECONDS;
                health.withDetail(state.projection(), details(state, waiting.getOrDefault(state.projection(), 0L)));
            }
            return health.withDetail("caughtUp", caughtUp).build();
        } catch (ProjectionFailed e) {
            return Health.unknown().withException(e).build();
        }
    }

    private static Map<String, Object> details(ProjectionState state, long parked) {
        Map<String, Object> details = new TreeMap<>();
        details.put("position", state.position());
        details.put("lagEvents", state.lagEvents());
        details.put("lagSeconds", state.lagSeconds());
        if (parked > 0) {
            details.put(
                    "parked",
                    "%d events could not be applied or wait behind one; ./varve projection parked list %s shows them"
                            .formatted(parked, state.projection()));
        }
        if (state.changed()) {
            details.put(
                    "changed",
                    "rows are of version %d and the code is version %d; ./varve projection rebuild %s makes them anew"
                            .formatted(state.version(), state.codeVersion(), state.projection()));
        }
        return details;
    }
}
