package dev.varve.transit.command.gtfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.time.ZoneId;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceTimeTest {

    @Nested
    class Reading {

        @ParameterizedTest
        @CsvSource({"0:00:00,0", "08:05:09,29109", "8:05:09,29109", "25:30:00,91800", "100:00:00,360000"})
        void hours_may_have_one_to_three_digits(String text, int seconds) throws BrokenRow {
            assertThat(ServiceTime.parse(text, "departure_time")).isEqualTo(seconds);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"", "8", "08:00", "08:60:00", "08:00:60", "-8:00:00", "08:0:00", "241:00:00", "x8:00:00"})
        void anything_else_is_refused_with_the_column_named(String text) {
            assertThatThrownBy(() -> ServiceTime.parse(text, "departure_time"))
                    .isInstanceOf(BrokenRow.class)
                    .hasMessageContaining("departure_time '" + text + "'");
        }
    }

    /** Expected instants were taken from the time zones' own rules, by hand. */
    @Nested
    class OnTheDayClocksChange {

        @ParameterizedTest
        @CsvSource({
            // Forward at 02:00 on 2026-03-29: noon is 10:00Z, so the service day begins at 22:00Z, 23:00 local time.
            "2026-03-29, 00:00:00, 2026-03-28T22:00:00Z",
            "2026-03-29, 01:30:00, 2026-03-28T23:30:00Z",
            "2026-03-29, 03:30:00, 2026-03-29T01:30:00Z",
            "2026-03-29, 08:00:00, 2026-03-29T06:00:00Z",
            "2026-03-28, 25:30:00, 2026-03-29T00:30:00Z",
            // Back at 03:00 on 2026-10-25: noon is 11:00Z.
            "2026-10-25, 00:00:00, 2026-10-24T23:00:00Z",
            "2026-10-25, 08:00:00, 2026-10-25T07:00:00Z",
            "2026-10-24, 26:30:00, 2026-10-25T00:30:00Z",
            "2026-10-24, 32:00:00, 2026-10-25T06:00:00Z",
            // An ordinary day.
            "2026-07-01, 00:00:00, 2026-06-30T22:00:00Z",
            "2026-01-15, 24:00:00, 2026-01-15T23:00:00Z"
        })
        void in_berlin(LocalDate day, String time, String instant) throws BrokenRow {
            assertThat(at("Europe/Berlin", day, time)).isEqualTo(instant);
        }

        @ParameterizedTest
        @CsvSource({
            // Forward at 02:00 on 2026-03-08: noon is 19:00Z.
            "2026-03-08, 00:00:00, 2026-03-08T07:00:00Z",
            "2026-03-08, 06:00:00, 2026-03-08T13:00:00Z",
            "2026-03-07, 25:15:00, 2026-03-08T09:15:00Z",
            // Back at 02:00 on 2026-11-01: noon is 20:00Z.
            "2026-11-01, 06:00:00, 2026-11-01T14:00:00Z",
            "2026-10-31, 25:15:00, 2026-11-01T08:15:00Z"
        })
        void in_los_angeles(LocalDate day, String time, String instant) throws BrokenRow {
            assertThat(at("America/Los_Angeles", day, time)).isEqualTo(instant);
        }

        private static String at(String zone, LocalDate day, String time) throws BrokenRow {
            return ServiceTime.at(day, ServiceTime.parse(time, "departure_time"), ZoneId.of(zone))
                    .toString();
        }
    }

    @Test
    void eight_o_clock_is_eight_o_clock_on_every_day_of_the_year() throws BrokenRow {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        int eight = ServiceTime.parse("08:00:00", "departure_time");
        LocalDate newYear = LocalDate.of(2026, 1, 1);

        assertThat(newYear.datesUntil(newYear.plusYears(1)))
                .allSatisfy(day -> assertThat(ServiceTime.at(day, eight, berlin))
                        .isEqualTo(day.atTime(8, 0).atZone(berlin).toInstant()));
    }
}
