package dev.varve.transit.events;

/**
 * How passengers are carried. The first five are the predecessor's; the others hold what MVG and GTFS also send
 * (SCHIFF, RUFTAXI, GTFS cable cars and funiculars, and what fits nowhere).
 */
public enum TransportMode {
    UBAHN,
    SBAHN,
    TRAM,
    BUS,
    REGIONAL,
    FERRY,
    CABLEWAY,
    ON_DEMAND,
    OTHER
}
