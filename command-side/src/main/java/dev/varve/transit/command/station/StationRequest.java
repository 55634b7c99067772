package dev.varve.transit.command.station;

import dev.varve.command.IdText;
import dev.varve.command.TimeZoneName;
import dev.varve.transit.command.TransitBounds;
import dev.varve.transit.events.StationId;
import dev.varve.transit.events.TransportMode;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of a request to register a station, or to describe it anew. */
record StationRequest(
        @NotNull @Size(max = TransitBounds.ID) @IdText String stationId,
        @NotBlank @Size(max = TransitBounds.NAME) String name,
        @Size(max = TransitBounds.NAME) @Nullable String place,
        @NotNull @DecimalMin("-90") @DecimalMax("90") Double latitude,
        @NotNull @DecimalMin("-180") @DecimalMax("180") Double longitude,
        @Nullable List<@NotNull TransportMode> modes,
        @TimeZoneName @Nullable String timezone) {

    RegisterStation command() {
        return new RegisterStation(
                new StationId(stationId),
                name,
                place == null ? "" : place,
                latitude,
                longitude,
                modes == null ? List.of() : modes,
                timezone == null ? RegisterStation.DEFAULT_TIMEZONE : timezone);
    }
}
