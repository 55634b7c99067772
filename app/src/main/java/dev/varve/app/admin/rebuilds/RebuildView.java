package dev.varve.app.admin.rebuilds;

import dev.varve.projection.rebuild.Rebuild;
import dev.varve.projection.rebuild.Rebuild.Wanted;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rebuild as it is shown to people and programs.
 *
 * @param state {@code filling, indexing, catching-up, comparing, ready, switched, undone, retired, cancelled, failed}
 * @param asked what was asked for last and is not done yet; null when that is nothing special
 * @param done position up to which the log was read
 * @param total position of its end
 * @param events how many events of that the projections wanted
 * @param secondsLeft until the log is read; null while nobody knows
 * @param node which works on it; null when none does
 * @param differences from the living rows, by table, key and columns
 * @param error what ended it, or what it waits for
 * @param keptUntil until when it can be undone
 */
public record RebuildView(
        long id,
        List<String> projections,
        String state,
        @Nullable String asked,
        long done,
        long total,
        long events,
        long eventsPerSecond,
        @Nullable Long secondsLeft,
        @Nullable String node,
        List<String> differences,
        @Nullable String error,
        String askedBy,
        Instant startedAt,
        Instant updatedAt,
        @Nullable Instant switchedAt,
        @Nullable Instant keptUntil,
        @Nullable Instant endedAt) {

    public static RebuildView of(Rebuild rebuild) {
        return new RebuildView(
                rebuild.id(),
                rebuild.projections(),
                rebuild.state().word(),
                rebuild.wanted() == Wanted.RUN ? null : rebuild.wanted().word(),
                rebuild.scanned(),
                rebuild.target(),
                rebuild.events(),
                rebuild.rate(),
                rebuild.secondsLeft().isPresent() ? rebuild.secondsLeft().getAsLong() : null,
                rebuild.node(),
                rebuild.differences(),
                rebuild.error(),
                rebuild.askedBy(),
                rebuild.createdAt(),
                rebuild.updatedAt(),
                rebuild.switchedAt(),
                rebuild.keptUntil(),
                rebuild.endedAt());
    }

    /** Whether nothing more happens by itself or was asked for. */
    public boolean over() {
        return endedAt != null || ("switched".equals(state) && asked == null);
    }
}
