package dev.varve.transit.command.mvg;

import dev.varve.transit.events.ExternalStatus;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds what a caller means by a station: a global id is looked up, any other text is searched for and the first
 * station taken, as the predecessor's library did.
 */
final class StationLookup {

    private static final String ENDPOINT = "station_lookup";
    private static final Pattern GLOBAL_ID = Pattern.compile("de:[0-9]{2,5}:[0-9]+");
    private final MvgClient client;

    StationLookup(MvgClient client) {
        this.client = client;
    }

    Optional<MvgPlace> station(String text) {
        String query = text.strip();
        if (GLOBAL_ID.matcher(query).lookingAt()) {
            return byId(query);
        }
        return locations(query, true).stream().filter(MvgPlace::isStation).findFirst();
    }

    /** A station; where there is none, the first address or point of interest, or a pair of coordinates. */
    Optional<MvgPlace> place(String text) {
        Optional<MvgPlace> coordinates = MvgPlace.atCoordinates(text);
        if (coordinates.isPresent()) {
            return coordinates;
        }
        Optional<MvgPlace> station = station(text);
        return station.isPresent() || GLOBAL_ID.matcher(text.strip()).lookingAt()
                ? station
                : locations(text.strip(), false).stream().findFirst();
    }

    /** From the station dump; the search knows stations too that the dump does not. */
    private Optional<MvgPlace> byId(String id) {
        try {
            return Optional.of(MvgPlace.readStation(new JsonItem("station", client.station(id))));
        } catch (BrokenItem e) {
            return searchById(id);
        } catch (UpstreamFailure e) {
            if (e.status() != ExternalStatus.NOT_FOUND) {
                throw e;
            }
            return searchById(id);
        }
    }

    private Optional<MvgPlace> searchById(String id) {
        return locations(id, true).stream()
                .filter(place -> id.equals(place.id()))
                .findFirst();
    }

    private List<MvgPlace> locations(String query, boolean stationsOnly) {
        return MvgJson.items(client.locations(ENDPOINT, query, stationsOnly), MvgPlace::readLocation)
                .read();
    }
}
