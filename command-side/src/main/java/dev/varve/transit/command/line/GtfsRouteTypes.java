package dev.varve.transit.command.line;

import dev.varve.transit.events.TransportMode;

/**
 * GTFS {@code route_type}: the basic codes of the reference (0 to 7, 11, 12) and the extended ones (100 to 1702, after
 * the European TPEG list).
 */
public final class GtfsRouteTypes {

    private GtfsRouteTypes() {}

    /** A code that neither list has is {@code OTHER}, so that its departures are not lost. */
    public static TransportMode modeOf(int routeType) {
        return routeType < 100 ? basic(routeType) : extended(routeType);
    }

    private static TransportMode basic(int routeType) {
        return switch (routeType) {
            case 0 -> TransportMode.TRAM;
            case 1 -> TransportMode.UBAHN;
            case 2 -> TransportMode.REGIONAL;
            case 3, 11 -> TransportMode.BUS;
            case 4 -> TransportMode.FERRY;
            // Cable tram, aerial lift, funicular.
            case 5, 6, 7 -> TransportMode.CABLEWAY;
            default -> TransportMode.OTHER;
        };
    }

    private static TransportMode extended(int routeType) {
        return switch (routeType) {
            // Suburban railway; demand-responsive and share-taxi buses; monorail.
            case 109 -> TransportMode.SBAHN;
            case 715, 717 -> TransportMode.ON_DEMAND;
            case 405 -> TransportMode.OTHER;
            default -> group(routeType / 100);
        };
    }

    private static TransportMode group(int hundreds) {
        return switch (hundreds) {
            case 1 -> TransportMode.REGIONAL;
            case 3 -> TransportMode.SBAHN;
            // Urban railway, metro, underground.
            case 4, 5, 6 -> TransportMode.UBAHN;
            // Coach, bus, trolleybus.
            case 2, 7, 8 -> TransportMode.BUS;
            case 9 -> TransportMode.TRAM;
            // Water transport, ferry.
            case 10, 12 -> TransportMode.FERRY;
            // Aerial lift, funicular.
            case 13, 14 -> TransportMode.CABLEWAY;
            case 15 -> TransportMode.ON_DEMAND;
            // Air, self-drive, miscellaneous (horse-drawn carriages among them).
            default -> TransportMode.OTHER;
        };
    }
}
