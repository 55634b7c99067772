package dev.varve.transit.command.station;

import static dev.varve.transit.command.CommandApi.invalidFields;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.transit.command.CommandApi;
import dev.varve.transit.command.LogInMemory;
import dev.varve.transit.events.StationEvent.StationRegistered;
import dev.varve.transit.events.StationId;
import java.util.List;
import org.junit.jupiter.api.Test;

class StationControllerTest {

    private static final String MARIENPLATZ = """
            {"stationId": "de:09162:2", "name": "Marienplatz", "latitude": 48.137, "longitude": 11.575}""";

    private final LogInMemory log = new LogInMemory();
    private final CommandApi api = new CommandApi(new StationController(log));

    @Test
    void a_new_station_is_201_and_the_same_again_200() {
        assertThat(api.post("/stations", MARIENPLATZ))
                .hasStatus(201)
                .hasHeader("Location", "/api/v1/transit/stations/de%3A09162%3A2")
                .hasHeader("ETag", "\"0\"")
                .hasHeader("Varve-Position", "1")
                .bodyJson()
                .isStrictlyEqualTo("{\"stationId\": \"de:09162:2\", \"result\": \"recorded\"}");
        assertThat(api.post("/stations", MARIENPLATZ))
                .hasStatus(200)
                .hasHeader("Varve-Position", "1")
                .bodyJson()
                .isStrictlyEqualTo("{\"stationId\": \"de:09162:2\", \"result\": \"unchanged\"}");
        assertThat(log.events())
                .containsExactly(new StationRegistered(
                        new StationId("de:09162:2"), "Marienplatz", "", 48.137, 11.575, List.of(), "Europe/Berlin"));
    }

    @Test
    void all_violations_are_named_together_and_nothing_is_written() {
        String absurd = """
                {"stationId": "%s", "name": " ", "latitude": 91, "timezone": "Mars/Olympus"}""".formatted("x".repeat(10_000));
        assertThat(invalidFields(api.post("/stations", absurd)))
                .containsExactly("latitude", "longitude", "name", "stationId", "timezone");
        assertThat(log.events()).isEmpty();
    }
}
