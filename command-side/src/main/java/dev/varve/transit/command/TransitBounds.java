package dev.varve.transit.command;

import dev.varve.command.Bounds;

/**
 * How much transit's commands may say, in characters. Ids are as long as the predecessor's columns; remarks, messages
 * and notes have no bound but that of the request.
 */
public final class TransitBounds {

    public static final Bounds BOUNDS = new Bounds("transit");

    public static final int ID = 64;
    public static final int TRIP_ID = 255;
    public static final int SOURCE = 64;
    public static final int JOB_NAME = 128;
    public static final int PLATFORM = 64;

    /** Names, labels, destinations, operators: what stands on a sign. */
    public static final int NAME = 1000;

    /** A delay, early or late, in seconds: a week. */
    public static final int DELAY_SECONDS = 7 * 24 * 60 * 60;

    private TransitBounds() {}
}
