package dev.varve.transit.command.mvg;

/** The values of {@code X-Cache-Status}, as the predecessor's callers know them. */
enum CacheStatus {
    /** A fresh entry. */
    HIT("hit"),
    /** Fetched in this request. */
    MISS("miss"),
    /** A stale entry; its refresh has been started. */
    STALE_REFRESH("stale-refresh"),
    /** A stale entry, because the refresh took too long or failed. */
    STALE("stale");

    private final String header;

    CacheStatus(String header) {
        this.header = header;
    }

    String header() {
        return header;
    }
}
