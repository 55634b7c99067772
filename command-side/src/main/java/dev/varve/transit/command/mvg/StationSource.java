package dev.varve.transit.command.mvg;

import dev.varve.transit.command.mvg.MvgAnswers.MvgStationAnswer;
import dev.varve.transit.command.mvg.MvgAnswers.StationSearchAnswer;
import dev.varve.transit.command.mvg.MvgJson.Items;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;

/** Fetches stations: those that match a text, and all of them. */
final class StationSource {

    private final MvgClient client;
    private final Consumer<MvgObservation> recording;
    private final Clock clock;

    StationSource(MvgClient client, Consumer<MvgObservation> recording, Clock clock) {
        this.client = client;
        this.recording = recording;
        this.clock = clock;
    }

    Loaded<StationSearchAnswer> search(String query, int limit) {
        Items<MvgPlace> places =
                MvgJson.items(client.locations("station_search", query.strip(), true), MvgPlace::readLocation);
        List<MvgStationAnswer> found = places.read().stream()
                .filter(MvgPlace::isStation)
                .limit(limit)
                .map(MvgAnswers::station)
                .toList();
        recording.accept(new MvgObservation.Stations(places, clock.instant()));
        return found.isEmpty()
                ? new Loaded.Missing<>("No stations found for query '" + query + "'.")
                : new Loaded.Whole<>(new StationSearchAnswer(query, found));
    }

    Loaded<List<MvgStationAnswer>> all() {
        Items<MvgPlace> stations = MvgJson.items(client.stations(), MvgPlace::readStation);
        recording.accept(new MvgObservation.Stations(stations, clock.instant()));
        return new Loaded.Whole<>(
                stations.read().stream().map(MvgAnswers::station).toList());
    }
}
