package dev.varve.transit.events;

/** What an ingestion run reads. The first three are the predecessor's. */
public enum IngestionSource {
    MVG_DEPARTURES,
    MVG_STATIONS,
    WEATHER,
    MVG_ROUTES,
    GTFS,
    GTFS_REALTIME,
    OLD_TRANSIT
}
