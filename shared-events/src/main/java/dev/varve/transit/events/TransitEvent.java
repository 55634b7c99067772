package dev.varve.transit.events;

/** Everything that can happen in transit; a projection switches over it without a {@code default}. */
public sealed interface TransitEvent
        permits StationEvent, LineEvent, DepartureEvent, RouteSnapshotEvent, IngestionEvent {}
