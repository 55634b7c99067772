package dev.varve.bench;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** The aggregate behind the gateway rows; public fields make a snapshot of it plain JSON. */
public class BenchAccount {

    /** Opens an account with a first booking. */
    public record OpenAccount(@TargetAggregateIdentifier String account) {}

    /** Books the sample amount once. */
    public record BookAmount(@TargetAggregateIdentifier String account) {}

    @AggregateIdentifier
    public @Nullable String account;

    public long balance;

    BenchAccount() {}

    @CommandHandler
    BenchAccount(OpenAccount command) {
        apply(booked(command.account()));
    }

    @CommandHandler
    void book(BookAmount command) {
        apply(booked(command.account()));
    }

    @EventSourcingHandler
    void on(BenchEvent event) {
        account = event.account();
        balance += event.amount();
    }

    static BenchEvent booked(String account) {
        return new BenchEvent(
                account, BenchEvent.SAMPLE.amount(), BenchEvent.SAMPLE.currency(), BenchEvent.SAMPLE.text());
    }
}
