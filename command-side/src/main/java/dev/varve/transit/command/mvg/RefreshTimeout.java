package dev.varve.transit.command.mvg;

import java.time.Duration;

/** Another caller's refresh of the same entry took longer than this one may wait, and there is no stale copy. */
final class RefreshTimeout extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long waitedMillis;

    RefreshTimeout(Duration waited) {
        super("Timed out after " + waited.toMillis() + " ms waiting for another request to refresh the cache");
        this.waitedMillis = waited.toMillis();
    }

    String detail() {
        return "Timed out after " + waitedMillis + " ms waiting for another request to refresh the cache.";
    }
}
