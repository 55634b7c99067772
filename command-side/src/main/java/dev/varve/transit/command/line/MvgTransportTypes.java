package dev.varve.transit.command.line;

import dev.varve.transit.events.TransportMode;

/** MVG's words for means of transport. */
public final class MvgTransportTypes {

    private MvgTransportTypes() {}

    /** A word that MVG has not used so far is {@code OTHER}, so that its departures are not lost. */
    public static TransportMode modeOf(String transportType) {
        return switch (transportType) {
            case "UBAHN" -> TransportMode.UBAHN;
            case "SBAHN" -> TransportMode.SBAHN;
            case "TRAM" -> TransportMode.TRAM;
            // Rail replacement services (SEV) are run with buses.
            case "BUS", "REGIONAL_BUS", "SEV" -> TransportMode.BUS;
            case "BAHN", "REGIONAL" -> TransportMode.REGIONAL;
            case "SCHIFF" -> TransportMode.FERRY;
            case "RUFTAXI" -> TransportMode.ON_DEMAND;
            default -> TransportMode.OTHER;
        };
    }
}
