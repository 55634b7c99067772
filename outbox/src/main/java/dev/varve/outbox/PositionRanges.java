package dev.varve.outbox;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A set of positions as ranges; reads and writes PostgreSQL's {@code int8multirange}. */
final class PositionRanges {

    static final PositionRanges NONE = new PositionRanges(List.of());

    private static final Pattern RANGE = Pattern.compile("\\[(\\d+),(\\d+)\\)");

    /** Both ends belong to it. */
    record Range(long from, long to) {}

    private final List<Range> ranges;
    private final NavigableMap<Long, Long> ends = new TreeMap<>();

    PositionRanges(List<Range> ranges) {
        this.ranges = List.copyOf(ranges);
        ranges.forEach(range -> ends.put(range.from(), range.to()));
    }

    static PositionRanges parse(String multirange) {
        List<Range> ranges = new ArrayList<>();
        Matcher matcher = RANGE.matcher(multirange);
        while (matcher.find()) {
            ranges.add(new Range(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)) - 1));
        }
        return new PositionRanges(ranges);
    }

    boolean contains(long position) {
        var range = ends.floorEntry(position);
        return range != null && position <= range.getValue();
    }

    /** The part of it beyond a position. */
    PositionRanges after(long position) {
        return ranges.isEmpty()
                ? this
                : new PositionRanges(ranges.stream()
                        .filter(range -> range.to() > position)
                        .map(range -> new Range(Math.max(range.from(), position + 1), range.to()))
                        .toList());
    }

    PositionRanges and(List<Range> others) {
        if (others.isEmpty()) {
            return this;
        }
        List<Range> all = new ArrayList<>(others);
        all.addAll(ranges);
        return new PositionRanges(all);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PositionRanges those && ranges.equals(those.ranges);
    }

    @Override
    public int hashCode() {
        return ranges.hashCode();
    }

    @Override
    public String toString() {
        return ranges.stream()
                .map(range -> "[%d,%d)".formatted(range.from(), range.to() + 1))
                .collect(Collectors.joining(",", "{", "}"));
    }
}
