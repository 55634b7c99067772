package dev.varve.transit.command.mvg;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The means of transport that MVG names, each with the name and icon that the predecessor showed.
 *
 * <p>MVG adds types without notice, so an answer keeps the name as it came and looks here only for what follows from it.
 */
enum MvgTransportType {
    BAHN("Bahn", "mdi:train"),
    SBAHN("S-Bahn", "mdi:subway-variant"),
    UBAHN("U-Bahn", "mdi:subway"),
    TRAM("Tram", "mdi:tram"),
    BUS("Bus", "mdi:bus"),
    REGIONAL_BUS("Regionalbus", "mdi:bus"),
    SEV("SEV", "mdi:taxi"),
    SCHIFF("Schiff", "mdi:ferry"),
    RUFTAXI("Ruftaxi", "mdi:taxi"),
    PEDESTRIAN("Fussweg", "mdi:walk");

    private final String displayName;
    private final String icon;

    MvgTransportType(String displayName, String icon) {
        this.displayName = displayName;
        this.icon = icon;
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
