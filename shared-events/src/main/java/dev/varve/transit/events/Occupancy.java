package dev.varve.transit.events;

/** How full a vehicle is, as MVG says it. */
public enum Occupancy {
    UNKNOWN,
    LOW,
    MEDIUM,
    HIGH
}
