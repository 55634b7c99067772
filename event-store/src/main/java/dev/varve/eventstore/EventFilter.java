package dev.varve.eventstore;

import java.util.List;

/** Which events a reader of ranges wants; the others stay on the server. */
public sealed interface EventFilter {

    /** Every event. */
    record Everything() implements EventFilter {}

    /** Those stored under one of these names. */
    record OfTypes(List<String> types) implements EventFilter {
        public OfTypes {
            types = List.copyOf(types);
        }
    }

    /**
     * All but those stored in one of these shapes, each a name, a space and a revision: what an upcaster might turn into
     * something wanted still comes.
     */
    record AllBut(List<String> shapes) implements EventFilter {
        public AllBut {
            shapes = List.copyOf(shapes);
        }
    }
}
