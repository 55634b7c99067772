package dev.varve.projection;

import java.util.AbstractMap;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An event's metadata, decoded when it is first looked at: most projections never do. For use by one thread. */
public final class LazyMetadata extends AbstractMap<String, @Nullable Object> {

    private final Supplier<? extends Map<String, ? extends @Nullable Object>> source;
    private @Nullable Map<String, @Nullable Object> decoded;

    public LazyMetadata(Supplier<? extends Map<String, ? extends @Nullable Object>> source) {
        this.source = source;
    }

    private Map<String, @Nullable Object> decoded() {
        if (decoded == null) {
            decoded = Collections.unmodifiableMap(new LinkedHashMap<String, @Nullable Object>(source.get()));
        }
        return decoded;
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
        return key == null ? null : decoded().get(key);
    }

    @Override
    public Set<Entry<String, @Nullable Object>> entrySet() {
        return decoded().entrySet();
    }
}
