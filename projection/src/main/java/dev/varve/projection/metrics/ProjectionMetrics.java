package dev.varve.projection.metrics;

import dev.varve.projection.ProjectionFailed;
import dev.varve.projection.parked.ParkedEvents;
import dev.varve.projection.rebuild.ProjectionStates;
import dev.varve.projection.rebuild.ProjectionStates.ProjectionState;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToDoubleFunction;

/** How far each projection is behind the log, in events and in seconds; read once for all gauges of a scrape. */
public final class ProjectionMetrics implements MeterBinder {

    private static final long FRESH = TimeUnit.SECONDS.toNanos(2);

    private final ProjectionStates states;
    private final ParkedEvents parked;
    private final List<String> projections;
    private final ReentrantLock lock = new ReentrantLock();
    private List<ProjectionState> last = List.of();
    private volatile Map<String, Long> lastParked = Map.of();
    private long readAt = System.nanoTime() - FRESH;

    /** @param projections those that this application knows */
    public ProjectionMetrics(ProjectionStates states, ParkedEvents parked, Collection<String> projections) {
        this.states = states;
        this.parked = parked;
        this.projections = List.copyOf(projections);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (String projection : projections) {
            gauge("varve.projection.lag.events", projection, ProjectionState::lagEvents)
                    .description("Events of the log that are not in the rows yet")
                    .register(registry);
            gauge("varve.projection.lag", projection, ProjectionState::lagSeconds)
                    .description("Age of the oldest event that is not in the rows yet")
                    .baseUnit("seconds")
                    .register(registry);
            Gauge.builder("varve.projection.parked", this, metrics -> metrics.parked(projection))
                    .tag("projection", projection)
                    .description("Events that could not be applied, and those that wait behind them")
                    .register(registry);
            gauge("varve.projection.changed", projection, state -> state.changed() ? 1 : 0)
                    .description("1 where the rows were made by another version of the code")
                    .register(registry);
        }
    }

    private Gauge.Builder<ProjectionMetrics> gauge(
            String name, String projection, ToDoubleFunction<ProjectionState> value) {
        return Gauge.builder(name, this, metrics -> metrics.value(projection, value))
                .tag("projection", projection);
    }

    private double value(String projection, ToDoubleFunction<ProjectionState> value) {
        return states().stream()
                .filter(state -> state.projection().equals(projection))
                .mapToDouble(value)
                .findFirst()
                .orElse(Double.NaN);
    }

    private double parked(String projection) {
        // Reads both if need be; NaN while the database does not say.
        return states().isEmpty() ? Double.NaN : lastParked.getOrDefault(projection, 0L);
    }

    private List<ProjectionState> states() {
        lock.lock();
        try {
            if (System.nanoTime() - readAt > FRESH) {
                readAt = System.nanoTime();
                last = states.read();
                lastParked = parked.counts();
            }
            return last;
        } catch (ProjectionFailed e) {
            // A scrape goes on without these; health says what is wrong with the database.
            return List.of();
        } finally {
            lock.unlock();
        }
    }
}
