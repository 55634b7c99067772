package dev.varve.testkit.faults;

/** A time in which something was broken on purpose, so that readers may be late; in milliseconds of the wall clock. */
public record Outage(long from, long to) {

    boolean touches(long start, long end) {
        return start <= to && end >= from;
    }
}
