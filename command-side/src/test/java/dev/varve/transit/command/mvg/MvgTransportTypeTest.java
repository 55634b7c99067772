package dev.varve.transit.command.mvg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.transit.events.TransportMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MvgTransportTypeTest {

    @ParameterizedTest
    @CsvSource({
        "UBAHN,UBAHN",
        "SBAHN,SBAHN",
        "TRAM,TRAM",
        "BUS,BUS",
        "REGIONAL_BUS,BUS",
        "BAHN,REGIONAL",
        "SCHIFF,FERRY",
        "RUFTAXI,ON_DEMAND",
        "SEV,BUS",
        "PEDESTRIAN,OTHER",
        "ZEPPELIN,OTHER"
    })
    void every_word_of_mvg_has_a_mode(String word, TransportMode mode) {
        assertThat(MvgTransportType.modeOf(word)).isEqualTo(mode);
    }
}
