package dev.varve.transit.command.mvg;

import dev.varve.transit.events.TransportMode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The means of transport that MVG names, each with its mode, and the name and icon that the predecessor showed.
 *
 * <p>MVG adds types without notice, so an answer keeps the name as it came and looks here only for what follows from it.
 */
enum MvgTransportType {
    BAHN("Bahn", "mdi:train", TransportMode.REGIONAL),
    SBAHN("S-Bahn", "mdi:subway-variant", TransportMode.SBAHN),
    UBAHN("U-Bahn", "mdi:subway", TransportMode.UBAHN),
    TRAM("Tram", "mdi:tram", TransportMode.TRAM),
    BUS("Bus", "mdi:bus", TransportMode.BUS),
    REGIONAL_BUS("Regionalbus", "mdi:bus", TransportMode.BUS),
    // A rail replacement service is run with buses.
    SEV("SEV", "mdi:taxi", TransportMode.BUS),
    SCHIFF("Schiff", "mdi:ferry", TransportMode.FERRY),
    RUFTAXI("Ruftaxi", "mdi:taxi", TransportMode.ON_DEMAND),
    PEDESTRIAN("Fussweg", "mdi:walk", TransportMode.OTHER);

    private final String displayName;
    private final String icon;
    private final TransportMode mode;

    MvgTransportType(String displayName, String icon, TransportMode mode) {
        this.displayName = displayName;
        this.icon = icon;
        this.mode = mode;
    }

    String displayName() {
        return displayName;
    }

    String icon() {
        return icon;
    }

    /** The type of a name as MVG writes it; empty for one that is not known here. */
    static Optional<MvgTransportType> named(String name) {
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }

    /** The mode of a name as MVG writes it; one that is not known here is {@code OTHER}, so that nothing is lost. */
    static TransportMode modeOf(String name) {
        return named(name).map(type -> type.mode).orElse(TransportMode.OTHER);
    }

    /** The type that a caller asks for by name or display name, in any case, with or without hyphens and spaces. */
    static Optional<MvgTransportType> asked(String text) {
        String plain = plain(text);
        return Arrays.stream(values())
                .filter(type -> type != PEDESTRIAN)
                .filter(type -> plain.equals(plain(type.name())) || plain.equals(plain(type.displayName)))
                .findFirst();
    }

    private static String plain(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[-_\\s]", "");
    }
}
