package dev.varve.transit.command.gtfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.transit.events.TransportMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTypesTest {

    @ParameterizedTest
    @CsvSource({
        "0,TRAM",
        "1,UBAHN",
        "2,REGIONAL",
        "3,BUS",
        "4,FERRY",
        "5,CABLEWAY",
        "6,CABLEWAY",
        "7,CABLEWAY",
        "8,OTHER",
        "11,BUS",
        "12,OTHER",
        "99,OTHER",
        "-1,OTHER"
    })
    void every_basic_route_type_has_a_mode(int code, TransportMode mode) {
        assertThat(RouteTypes.mode(code)).isEqualTo(mode);
    }

    @ParameterizedTest
    @CsvSource({
        "100,REGIONAL", "102,REGIONAL", "109,SBAHN", "117,REGIONAL", "200,BUS", "300,SBAHN", "400,UBAHN", "402,UBAHN",
        "405,OTHER", "500,UBAHN", "600,UBAHN", "700,BUS", "714,BUS", "715,ON_DEMAND", "716,BUS", "717,ON_DEMAND",
        "800,BUS", "900,TRAM", "906,TRAM", "1000,FERRY", "1100,OTHER", "1200,FERRY", "1300,CABLEWAY", "1400,CABLEWAY",
        "1501,ON_DEMAND", "1600,OTHER", "1700,OTHER", "1702,OTHER", "1800,OTHER"
    })
    void every_extended_route_type_has_a_mode(int code, TransportMode mode) {
        assertThat(RouteTypes.mode(code)).isEqualTo(mode);
    }
}
