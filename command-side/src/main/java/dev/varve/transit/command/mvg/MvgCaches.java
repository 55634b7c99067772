package dev.varve.transit.command.mvg;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.varve.transit.command.mvg.MvgAnswers.MvgDeparturesAnswer;
import dev.varve.transit.command.mvg.MvgAnswers.MvgStationAnswer;
import dev.varve.transit.command.mvg.MvgAnswers.RouteAnswer;
import dev.varve.transit.command.mvg.MvgAnswers.StationSearchAnswer;
import dev.varve.transit.command.mvg.MvgSettings.CacheSettings;
import java.util.List;
import java.util.concurrent.Executor;

/** The predecessor's four caches under the names they have in its metrics. */
record MvgCaches(
        RefreshingCache<MvgDeparturesAnswer> departures,
        RefreshingCache<StationSearchAnswer> stationSearch,
        RefreshingCache<List<MvgStationAnswer>> stationList,
        RefreshingCache<RouteAnswer> routes) {

    static MvgCaches of(CacheSettings settings, MvgMetrics metrics, Ticker ticker, Executor background) {
        return new MvgCaches(
                new RefreshingCache<>("mvg_departures", settings.departures(), settings, metrics, ticker, background),
                new RefreshingCache<>(
                        "mvg_station_search", settings.stationSearch(), settings, metrics, ticker, background),
                new RefreshingCache<>(
                        "mvg_station_list", settings.stationList(), settings, metrics, ticker, background),
                new RefreshingCache<>("mvg_route", settings.route(), settings, metrics, ticker, background));
    }
}
