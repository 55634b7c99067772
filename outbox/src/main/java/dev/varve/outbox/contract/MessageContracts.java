package dev.varve.outbox.contract;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All kinds of messages, by type. */
public final class MessageContracts {

    private final SortedMap<String, MessageContract> byType = new TreeMap<>();
    private final Map<Class<?>, MessageContract> byPayload = new HashMap<>();

    private MessageContracts(Collection<MessageContract> contracts) {
        for (MessageContract contract : contracts) {
            MessageContract other = byType.put(contract.type(), contract);
            if (other != null) {
                throw new IllegalArgumentException("message type '%s' belongs to both %s and %s"
                        .formatted(
                                contract.type(),
                                other.payload().getName(),
                                contract.payload().getName()));
            }
            byPayload.put(contract.payload(), contract);
        }
    }

    public static MessageContracts of(Collection<MessageContract> contracts) {
        return new MessageContracts(contracts);
    }

    /** In order of their types. */
    public List<MessageContract> all() {
        return List.copyOf(byType.values());
    }

    @Nullable MessageContract of(Object payload) {
        return byPayload.get(payload.getClass());
    }
}
