package dev.varve.projection.rebuild;

import dev.varve.eventstore.EventFilter;
import dev.varve.projection.Projection;
import java.lang.reflect.Modifier;
import java.util.LinkedHashSet;
import java.util.Set;

/** Which events projections want, told from the sealed interfaces that they name. */
final class RebuildScope {

    private RebuildScope() {}

    /** Only what may become one of these; everything where an interface is open and anything may implement it. */
    static EventFilter filter(Work work) {
        Set<Class<?>> wanted = new LinkedHashSet<>();
        for (Projection<?> projection : work.projections()) {
            if (!addKinds(projection.eventType(), wanted)) {
                return new EventFilter.Everything();
            }
        }
        return work.decoder().filterFor(wanted);
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
