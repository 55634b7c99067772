package dev.varve.transit.command.line;

import static dev.varve.transit.command.TransitBounds.BOUNDS;

import dev.varve.transit.command.TransitBounds;
import dev.varve.transit.command.TransitStreams;
import dev.varve.transit.events.LineId;
import dev.varve.transit.events.TransportMode;
import java.util.regex.Pattern;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Make a line known, or describe a known one as it is now. Answers with a {@link dev.varve.command.Outcome}; what is
 * known already writes nothing.
 *
 * <p>Null: the source does not say. Then what is known stays, so that a departure board, which knows label and mode
 * only, does not wipe out what a timetable said.
 *
 * @param operator null: as known, {@value #DEFAULT_OPERATOR} for a new line
 * @param colorHex {@code #RRGGBB}
 */
public record RegisterLine(
        LineId lineId,
        String label,
        TransportMode mode,
        @Nullable String operator,
        @Nullable String description,
        @Nullable String colorHex) {

    /** The operator of a line whose source does not say; the predecessor's default. */
    public static final String DEFAULT_OPERATOR = "MVG";

    /** What a colour must look like. */
    public static final String COLOR = "#[0-9A-Fa-f]{6}";

    private static final Pattern COLOR_PATTERN = Pattern.compile(COLOR);

    public RegisterLine {
        BOUNDS.id("lineId", lineId.value(), TransitBounds.ID);
        BOUNDS.name("label", label, TransitBounds.NAME);
        BOUNDS.text("operator", operator, TransitBounds.NAME);
        BOUNDS.text("description", description);
        if (colorHex != null && !COLOR_PATTERN.matcher(colorHex).matches()) {
            throw BOUNDS.rejected("colorHex", "must look like #RRGGBB");
        }
    }

    @TargetAggregateIdentifier
    public String stream() {
        return TransitStreams.of(lineId);
    }
}
