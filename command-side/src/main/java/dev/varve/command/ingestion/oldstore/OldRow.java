package dev.varve.command.ingestion.oldstore;

import dev.varve.eventstore.PlainTimes;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * One row, by column. A column that the table does not have is null like one that holds nothing: the older of two
 * schemas is read by the same code.
 *
 * @param values texts, numbers, booleans, bytes, arrays of these, {@link OffsetDateTime}, and {@link LocalDateTime} for
 *     a time without an offset, which is one in UTC
 */
public record OldRow(OldTable table, Map<String, @Nullable Object> values) {

    /**
     * Year to second with up to nine further digits; T or a space between; an offset, a Z, or nothing behind. Strict, for
     * otherwise the 31st of June would be imported as the 30th.
     */
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendPattern("[ ]['T']")
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalEnd()
            .appendPattern("[ ]")
            .appendPattern("[XXX][XX][X]")
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Keeps the map that it is given, because there is one for each of a million rows. */
    public OldRow {
        values = Collections.unmodifiableMap(values);
    }

    /** Table and key, for people. */
    public String place(String keyColumn) {
        return table.name() + "/" + Objects.requireNonNullElse(values.get(keyColumn), "?");
    }

    public boolean has(String column) {
        return values.get(column) != null;
    }

    /** A text; of a number, its digits. */
    public @Nullable String text(String column) throws BrokenField {
        return switch (values.get(column)) {
            case null -> null;
            case byte[] bytes -> throw new BrokenField(column, "must be a text and is bytes");
            case Object[] array -> throw new BrokenField(column, "must be a text and is a list");
            case Object value -> value.toString();
        };
    }

    /** A text that is there and says something. */
    public String required(String column) throws BrokenField {
        String text = text(column);
        if (text == null || text.isBlank()) {
            throw new BrokenField(column, text == null ? "is missing" : "is blank");
        }
        return text;
    }

    public @Nullable Long whole(String column) throws BrokenField {
        try {
            return switch (values.get(column)) {
                case null -> null;
                case Long number -> number;
                case Integer number -> number.longValue();
                case Number number -> new java.math.BigDecimal(number.toString()).longValueExact();
                case String text when !text.isBlank() -> new java.math.BigDecimal(text.strip()).longValueExact();
                default -> throw new BrokenField(column, "must be a whole number");
            };
        } catch (ArithmeticException | NumberFormatException e) {
            throw new BrokenField(column, "must be a whole number");
        }
    }

    /** As {@link #whole}, within an int. */
    public @Nullable Integer small(String column) throws BrokenField {
        Long whole = whole(column);
        if (whole != null && whole.intValue() != whole) {
            throw new BrokenField(column, "is too large a number");
        }
        return whole == null ? null : whole.intValue();
    }

    public @Nullable Double real(String column) throws BrokenField {
        try {
            return switch (values.get(column)) {
                case null -> null;
                case Number number -> number.doubleValue();
                case String text when !text.isBlank() -> Double.valueOf(text.strip());
                default -> throw new BrokenField(column, "must be a number");
            };
        } catch (NumberFormatException e) {
            throw new BrokenField(column, "must be a number");
        }
    }

    /** A point in time; one without an offset is in UTC. */
    public @Nullable Instant time(String column) throws BrokenField {
        return switch (values.get(column)) {
            case null -> null;
            case OffsetDateTime time -> time.toInstant();
            case LocalDateTime time -> time.toInstant(ZoneOffset.UTC);
            case String text -> time(column, text);
            default -> throw new BrokenField(column, "must be a time");
        };
    }

    public Instant requiredTime(String column) throws BrokenField {
        Instant time = time(column);
        if (time == null) {
            throw new BrokenField(column, "is missing");
        }
        return time;
    }

    /** A list of texts, as an array, or as JSON; empty where there is none. */
    public List<String> texts(String column) throws BrokenField {
        return switch (values.get(column)) {
            case null -> List.of();
            case Object[] array ->
                Arrays.stream(array)
                        .filter(Objects::nonNull)
                        .map(Object::toString)
                        .toList();
            case Object other -> {
                if (!(json(column) instanceof List<?> list)) {
                    throw new BrokenField(column, "must be a list of texts");
                }
                List<String> texts = new ArrayList<>();
                list.forEach(text -> texts.add(String.valueOf(text)));
                yield texts;
            }
        };
    }

    /** JSON as maps, lists, texts, numbers and booleans. */
    public @Nullable Object json(String column) throws BrokenField {
        String text = text(column);
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            return JSON.readValue(text, Object.class);
        } catch (JacksonException e) {
            throw new BrokenField(column, "is not JSON: " + place(e));
        }
    }

    /** Where the JSON breaks, without what stands there. */
    private static String place(JacksonException broken) {
        var location = broken.getLocation();
        return location == null
                ? "it breaks off"
                : "it breaks at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
    }

    private static Instant time(String column, String text) throws BrokenField {
        Instant plain = PlainTimes.read(text, text.startsWith("T", 10) ? 'T' : ' ', text.length());
        if (plain != null) {
            return plain;
        }
        try {
            TemporalAccessor parsed =
                    TIME.parseBest(text.strip(), OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
            return switch (parsed) {
                case OffsetDateTime time -> time.toInstant();
                case LocalDateTime time -> time.toInstant(ZoneOffset.UTC);
                case LocalDate day -> day.atStartOfDay().toInstant(ZoneOffset.UTC);
                default -> throw new BrokenField(column, "must be a time");
            };
        } catch (DateTimeException e) {
            throw new BrokenField(
                    column, "must be a time such as 2026-02-23 04:18:10.123456, with or without an offset");
        }
    }
}
