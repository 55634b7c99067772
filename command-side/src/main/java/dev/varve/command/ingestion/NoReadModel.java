package dev.varve.command.ingestion;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Holds nothing. */
final class NoReadModel implements ReadModel {

    @Override
    public Optional<String> awaitWritten() {
        return Optional.empty();
    }

    @Override
    public boolean has(String table) {
        return true;
    }

    @Override
    public Map<String, Map<String, @Nullable Object>> rows(
            String table, Collection<String> columns, Collection<String> keys) {
        return Map.of();
    }
}
