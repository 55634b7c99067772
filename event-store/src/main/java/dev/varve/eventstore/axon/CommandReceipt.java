package dev.varve.eventstore.axon;

import org.jspecify.annotations.Nullable;

/**
 * What a command left behind.
 *
 * @param position place in the log of the last event written; when nothing was written, the end of the log as this node
 *     knew it
 * @param version version of the last stream the command touched, counted from 0; -1 when it touched none
 * @param events how many events were written; 0 means that nothing changed
 * @param result what the handler returned
 */
public record CommandReceipt(
        long position, long version, int events, @Nullable Object result) {}
