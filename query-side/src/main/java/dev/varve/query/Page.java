package dev.varve.query;

import java.util.List;

/**
 * A part of a longer list.
 *
 * @param hasMore whether the list goes on after it
 */
public record Page<T>(List<T> items, int limit, int offset, boolean hasMore) {

    public Page {
        items = List.copyOf(items);
    }

    /**
     * A page of what was found.
     *
     * @param found what was found when one more than the limit was asked for
     */
    public static <T> Page<T> of(List<T> found, int limit, int offset) {
        boolean hasMore = found.size() > limit;
        return new Page<>(hasMore ? found.subList(0, limit) : found, limit, offset, hasMore);
    }
}
