package dev.varve.transit.command.gtfs;

import dev.varve.transit.events.TransportMode;

/**
 * GTFS {@code route_type}: the basic codes of the reference (0 to 7, 11, 12) and the extended ones (100 to 1702, after
 * the European TPEG list).
 */
final class RouteTypes {

    private static final int EXTENDED_FROM = 100;

    private RouteTypes() {}

    static int parse(String text) throws BrokenRow {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new BrokenRow("route_type '" + text + "' is no number");
        }
    }

    /** Whether the type says more than its mode does. */
    static boolean isExtended(int type) {
        return type >= EXTENDED_FROM;
    }

    /** A code that neither list has is {@code OTHER}, so that its departures are not lost. */
    static TransportMode mode(int type) {
        return type < EXTENDED_FROM ? basic(type) : extended(type);
    }

    private static TransportMode basic(int type) {
        return switch (type) {
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

    private static TransportMode extended(int type) {
        return switch (type) {
            // Suburban railway; monorail; demand-responsive and share-taxi buses.
            case 109 -> TransportMode.SBAHN;
            case 405 -> TransportMode.OTHER;
            case 715, 717 -> TransportMode.ON_DEMAND;
            default -> extendedFamily(type / 100);
        };
    }

    private static TransportMode extendedFamily(int hundreds) {
        return switch (hundreds) {
            case 1 -> TransportMode.REGIONAL;
            // Coach, bus, trolleybus.
            case 2, 7, 8 -> TransportMode.BUS;
            case 3 -> TransportMode.SBAHN;
            // Urban railway, metro, underground.
            case 4, 5, 6 -> TransportMode.UBAHN;
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
