package dev.varve.transit.command.mvg;

import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Answers of MVG in the shapes it sends; stations and times are made up. */
final class Recorded {

    static final String STATION = "de:09162:9001";

    /** A bus with everything MVG says of one. */
    static final String BUS = """
            {"plannedDepartureTime":1779275760000,"realtime":true,"delayInMinutes":2,
             "realtimeDepartureTime":1779275890000,"transportType":"BUS","label":"132","divaId":"03132",
             "network":"swm","trainType":"","destination":"Musterplatz","cancelled":false,"sev":false,
             "messages":[],"infos":[],"bannerHash":"","occupancy":"LOW","stationGlobalId":"de:09162:9001",
             "stopPointGlobalId":"de:09162:9001:4:4","stopPositionNumber":4,"lineId":"swm:03132:G:H:016",
             "tripId":"3670632","tripCode":220}""";

    /** A cancelled train without real-time data, line id or trip, as sparse as MVG sends them. */
    static final String CANCELLED = """
            {"plannedDepartureTime":1779276480000,"realtime":false,"realtimeDepartureTime":1779276480000,
             "transportType":"SBAHN","label":"S5","network":"ddb","divaId":"92M05","destination":"Endstation",
             "cancelled":true,"platform":1,"platformChanged":true,"messages":["Fällt aus"],
             "infos":[{"message":"Fährt nur bis Mitte","type":"EARLY_TERMINATION","network":"unknown"}],
             "occupancy":"UNKNOWN","stopPointGlobalId":"","tripCode":115}""";

    /** A ride with a stop between and a walk to an address. */
    static final String ROUTE = """
            {"uniqueId":-1237819603061240,"parts":[
              {"from":{"latitude":48.1,"longitude":11.5,"stationGlobalId":"de:09162:9001","stationDivaId":9001,
                "platform":2,"place":"Musterstadt","name":"Musterplatz","plannedDeparture":"2026-05-20T13:19:00+02:00",
                "departureDelayInMinutes":3,"transportTypes":["UBAHN","BUS"],"isViaStop":false},
               "to":{"latitude":48.2,"longitude":11.6,"stationGlobalId":"de:09162:9002","place":"Musterstadt",
                "name":"Nordtor","plannedDeparture":"2026-05-20T13:32:00+02:00","arrivalDelayInMinutes":-1,
                "transportTypes":["UBAHN"]},
               "intermediateStops":[{"latitude":48.15,"longitude":11.55,"stationGlobalId":"de:09162:9003",
                "place":"Musterstadt","name":"Mitte","plannedDeparture":"2026-05-20T13:25:00+02:00",
                "transportTypes":["UBAHN"]}],
               "noChangeRequired":false,
               "line":{"label":"U3","transportType":"UBAHN","destination":"Nordtor","network":"swm","sev":false},
               "distance":5100.4,"messages":["Bauarbeiten"],"infos":[{"message":"Aufzug defekt","type":"INFO"}],
               "realTime":true},
              {"from":{"latitude":48.2,"longitude":11.6,"stationGlobalId":"de:09162:9002","name":"Nordtor",
                "place":"Musterstadt","plannedDeparture":"2026-05-20T13:32:00+02:00","transportTypes":["UBAHN"]},
               "to":{"latitude":48.201,"longitude":11.601,"name":"Am Tor 8","place":"Musterstadt",
                "plannedDeparture":"2026-05-20T13:36:00+02:00"},
               "intermediateStops":[],
               "line":{"label":"Fussweg","transportType":"PEDESTRIAN","destination":"","network":"unknown"},
               "distance":302.97,"messages":[],"infos":[]}],
             "ticketingInformation":{"zones":[0],"alternativeZones":[],"unifiedTicketIds":[]},
             "distance":5403.4,"bannerHash":"","refreshId":"r1","somethingNew":{"deep":[1,2.5,null]}}""";

    static final String LOCATIONS = """
            [{"latitude":48.1,"longitude":11.5,"place":"Musterstadt","name":"Musterplatz","globalId":"de:09162:9001",
              "divaId":9001,"hasZoomData":true,"transportTypes":["SBAHN","UBAHN","BUS"],"aliases":"",
              "tariffZones":"m","type":"STATION"},
             {"latitude":48.11,"longitude":11.51,"place":"Musterstadt","name":"Musterplatz 8","postCode":"80000",
              "street":"Musterplatz","houseNumber":"8","type":"ADDRESS"},
             {"latitude":48.12,"longitude":11.52,"place":"Musterstadt","name":"Museum","type":"POI"}]""";

    static final String STATION_OF_DUMP = """
            {"name":"Musterplatz","place":"Musterstadt","id":"de:09162:9001","divaId":9001,"abbreviation":"MP",
             "tariffZones":"m|1","products":["UBAHN","BUS","SBAHN"],"latitude":48.1,"longitude":11.5}""";

    private Recorded() {}

    static String list(String... items) {
        return "[" + String.join(",", items) + "]";
    }

    static JsonItem item(String json) {
        return new JsonItem("[0]", nodes(list(json)).getFirst());
    }

    static List<JsonNode> nodes(String list) {
        return MvgJson.list(list.getBytes(StandardCharsets.UTF_8)).stream()
                .map(MvgJson.Element::node)
                .toList();
    }

    static MvgDeparture departure(String json) {
        return MvgDeparture.read(item(json));
    }

    static MvgRoute route(String json) {
        return MvgRoute.read(item(json));
    }
}
