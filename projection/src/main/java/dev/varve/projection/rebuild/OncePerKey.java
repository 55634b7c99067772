package dev.varve.projection.rebuild;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Something for each table or column. Those of jOOQ are there once as a rule, and are found by identity; computing their
 * hash from names, for each value of each event, would cost more than all else that is done with it. For one thread.
 */
final class OncePerKey<K, V> {

    private final IdentityHashMap<K, V> found = new IdentityHashMap<>();
    private final Map<K, V> made = new HashMap<>();
    private final Function<K, V> maker;

    OncePerKey(Function<K, V> maker) {
        this.maker = maker;
    }

    V of(K key) {
        V known = found.get(key);
        if (known == null) {
            known = made.computeIfAbsent(key, maker);
            found.put(key, known);
        }
        return known;
    }
}
