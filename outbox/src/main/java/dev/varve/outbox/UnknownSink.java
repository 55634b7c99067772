package dev.varve.outbox;

import java.util.List;

/** Stands in for a kind of sink that this node does not know; opening it says so. */
record UnknownSink(String kind) implements SinkFactory {

    @Override
    public List<String> violations(SinkSettings settings) {
        return List.of(reason());
    }

    @Override
    public Sink open(SinkSettings settings) {
        throw new IllegalArgumentException(reason());
    }

    private String reason() {
        return "there is no sink of kind '%s' on this node".formatted(kind);
    }
}
