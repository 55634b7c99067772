package dev.varve.outbox;

import java.util.Set;

/**
 * Which messages a subscription wants: those of one of the types, if any are given, and of one of the contexts, if any
 * are given.
 *
 * @param types as {@link Message#type}
 * @param contexts as {@link Message#context}
 */
public record SubscriptionFilter(Set<String> types, Set<String> contexts) {

    public static final SubscriptionFilter EVERYTHING = new SubscriptionFilter(Set.of(), Set.of());

    public SubscriptionFilter {
        types = Set.copyOf(types);
        contexts = Set.copyOf(contexts);
    }

    public boolean wants(Message message) {
        return (types.isEmpty() || types.contains(message.type()))
                && (contexts.isEmpty() || contexts.contains(message.context()));
    }
}
