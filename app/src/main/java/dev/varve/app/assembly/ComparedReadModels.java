package dev.varve.app.assembly;

import dev.varve.command.ingestion.ReadModel;
import dev.varve.projection.LiveProjections;
import dev.varve.query.StoredRows;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.stereotype.Component;

/** Shows the read models to imports, which must not know the side that asks questions. */
@Component
final class ComparedReadModels implements ReadModel {

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    private final ApplicationContext application;
    private final LiveProjections projections;
    private final StoredRows rows;

    ComparedReadModels(ApplicationContext application, LiveProjections projections, StoredRows rows) {
        this.application = application;
        this.projections = projections;
        this.rows = rows;
    }

    @Override
    public void standStill() {
        projections.standStill();
    }

    @Override
    public void follow() {
        projections.follow();
    }

    @Override
    public Optional<String> awaitWritten() {
        ReadModels readModels = ReadModels.of(application);
        long head = readModels.head();
        try {
            return readModels
                    .await(head, LONGEST_WAIT)
                    .map(behind -> "%s is not at position %d after %d minutes"
                            .formatted(behind, head, LONGEST_WAIT.toMinutes()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted while waiting for the read models");
        }
    }

    @Override
    public boolean has(String table) {
        return rows.has(table);
    }

    @Override
    public Map<String, Map<String, @Nullable Object>> rows(
            String table, Collection<String> columns, Collection<String> keys) {
        return rows.of(table, columns, keys);
    }
}
