package dev.varve.eventstore.axon;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** An aggregate that counts, and that can be told to begin, to go on, and to be careful. */
class Counter {

    record Begin(@TargetAggregateIdentifier String id) {}

    record BeginIfMissing(@TargetAggregateIdentifier String id) {}

    /** Counts, after something else has happened in the middle of the handler. */
    record Add(@TargetAggregateIdentifier String id, int amount, Runnable meanwhile) {

        Add(String id, int amount) {
            this(id, amount, () -> {});
        }
    }

    /** Is rejected when there is less than that. */
    record Take(@TargetAggregateIdentifier String id, int amount) {}

    record AddAndFail(@TargetAggregateIdentifier String id, int amount) {}

    record Begun(String id) {}

    record Added(int amount) {}

    /** How often a handler that creates has run; each test has counters of its own, this is for those of one id. */
    static final Map<String, AtomicInteger> BEGINNINGS = new ConcurrentHashMap<>();

    // Public for snapshots, which are JSON of the aggregate.
    @AggregateIdentifier
    public @Nullable String id;

    public int total;

    Counter() {}

    @CommandHandler
    Counter(Begin command) {
        begun(command.id());
        apply(new Begun(command.id()));
    }

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    int beginIfMissing(BeginIfMissing command) {
        if (id == null) {
            apply(new Begun(command.id()));
        }
        return begun(command.id());
    }

    private static int begun(String id) {
        return BEGINNINGS.computeIfAbsent(id, any -> new AtomicInteger()).incrementAndGet();
    }

    @CommandHandler
    int add(Add command) {
        command.meanwhile().run();
        apply(new Added(command.amount()));
        return total;
    }

    @CommandHandler
    void addAndFail(AddAndFail command) {
        apply(new Added(command.amount()));
        throw new IllegalStateException("failed after " + command.amount());
    }

    @CommandHandler
    void take(Take command) {
        if (total < command.amount()) {
            throw new IllegalStateException("there are only " + total);
        }
        apply(new Added(-command.amount()));
    }

    @EventSourcingHandler
    void on(Begun event) {
        id = event.id();
    }

    @EventSourcingHandler
    void on(Added event) {
        total += event.amount();
    }
}
