package dev.varve.transit.command.mvg;

/** What {@link RefreshingCache} answers. */
sealed interface CacheAnswer<T> {

    record Found<T>(T value, CacheStatus status) implements CacheAnswer<T> {}

    /**
     * MVG knows no such thing.
     *
     * @param cached whether that was known already; if not, MVG has just been asked
     */
    record NotFound<T>(String detail, boolean cached) implements CacheAnswer<T> {}
}
