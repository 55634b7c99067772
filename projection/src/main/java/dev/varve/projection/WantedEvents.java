package dev.varve.projection;

import dev.varve.eventstore.EventFilter;
import dev.varve.eventstore.axon.EventDecoder;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/** Which events projections want, told from the sealed interfaces that they name. */
public final class WantedEvents {

    private WantedEvents() {}

    /** Only what may become one of these; everything where an interface is open and anything may implement it. */
    public static EventFilter of(Collection<? extends Projection<?>> projections, EventDecoder decoder) {
        Set<Class<?>> wanted = new LinkedHashSet<>();
        for (Projection<?> projection : projections) {
            if (!addKinds(projection.eventType(), wanted)) {
                return new EventFilter.Everything();
            }
        }
        return decoder.filterFor(wanted);
    }

    private static boolean addKinds(Class<?> type, Set<Class<?>> kinds) {
        if (type.isSealed()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                if (!addKinds(permitted, kinds)) {
                    return false;
                }
            }
        }
        if (!Modifier.isAbstract(type.getModifiers())) {
            kinds.add(type);
        }
        return type.isSealed() || Modifier.isFinal(type.getModifiers());
    }
}
