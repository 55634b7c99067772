package dev.varve.projection.segments;

import org.jspecify.annotations.Nullable;

/**
 * A part of a projection's events that one node works on at a time.
 *
 * @param share of the sequences that fall into it, for example 0.25
 * @param position its checkpoint; 0 at the very beginning
 * @param node that works on it; null when none does, or its claim has not been renewed for long
 */
public record ProjectionSegment(
        int segment, double share, long position, @Nullable String node) {}
