package dev.varve.transit.command.mvg;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A station, an address or a point of interest as MVG's {@code /locations} and its station dump tell it.
 *
 * @param id MVG's global id; null for an address or a point of interest
 * @param place the town
 * @param latitude WGS 84, degrees
 * @param longitude WGS 84, degrees
 * @param transportTypes MVG's names of what stops there
 */
record MvgPlace(
        @Nullable String id,
        String name,
        String place,
        double latitude,
        double longitude,
        List<String> transportTypes) {

    private static final Pattern COORDINATES =
            Pattern.compile("(-?[0-9]{1,2}(?:\\.[0-9]{1,15})?),\\s*(-?[0-9]{1,3}(?:\\.[0-9]{1,15})?)");

    MvgPlace {
        transportTypes = List.copyOf(transportTypes);
    }

    /** A place that is given as latitude and longitude in degrees, for example {@code 48.137,11.575}. */
    static Optional<MvgPlace> atCoordinates(String text) {
        Matcher coordinates = COORDINATES.matcher(text.strip());
        if (!coordinates.matches()) {
            return Optional.empty();
        }
        double latitude = Double.parseDouble(coordinates.group(1));
        double longitude = Double.parseDouble(coordinates.group(2));
        return Optional.of(new MvgPlace(null, text.strip(), "", latitude, longitude, List.of()));
    }

    /** An item of {@code /locations}. */
    static MvgPlace readLocation(JsonItem item) {
        // An address or POI may carry no type but never carries an id; a station without an id is none.
        boolean station = "STATION".equals(item.textOrNull("type")) || item.textOrNull("type") == null;
        String id = station ? item.textOrNull("globalId") : null;
        return new MvgPlace(
                id,
                item.text("name"),
                orEmpty(item.optionalText("place")),
                item.number("latitude"),
                item.number("longitude"),
                item.texts("transportTypes"));
    }

    /** An item of the station dump (ZDM). */
    static MvgPlace readStation(JsonItem item) {
        return new MvgPlace(
                item.text("id"),
                item.text("name"),
                orEmpty(item.optionalText("place")),
                item.number("latitude"),
                item.number("longitude"),
                item.texts("products"));
    }

    boolean isStation() {
        return id != null;
    }

    /** How the place is named in an answer and can be asked for again: its id, or latitude and longitude. */
    String reference() {
        return id == null ? latitude + "," + longitude : id;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
