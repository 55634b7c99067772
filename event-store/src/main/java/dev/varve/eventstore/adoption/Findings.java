package dev.varve.eventstore.adoption;

import java.util.List;

/**
 * What the old store holds, as counted before anything is written.
 *
 * @param lastIndex global index of the last event; -1 for a store without events
 * @param gaps global indexes below it at which there is no event; they are closed
 * @param types the old names of all events' types
 * @param emptyPayloads events whose payload was blanked to no bytes at all; kept so
 * @param streamsNotFromZero streams whose first events are gone
 * @param streamsWithGaps streams in which versions are missing
 * @param streamsOfSeveralTypes streams whose events name more than one aggregate type
 * @param snapshots that are taken over
 * @param snapshotsLeft that stay behind, as was asked for
 * @param deadLetters letters in the old dead-letter queue; they are not taken over
 */
public record Findings(
        long events,
        long lastIndex,
        long gaps,
        List<TypeCount> types,
        long emptyPayloads,
        long streams,
        long streamsNotFromZero,
        long streamsWithGaps,
        long streamsOfSeveralTypes,
        long snapshots,
        long snapshotsLeft,
        int tokens,
        long deadLetters) {

    /**
     * Events of one type.
     *
     * @param storedAs its name in the log
     * @param named whether that name was given by the registry or by the operator; false for a name that is kept
     */
    public record TypeCount(String oldName, String storedAs, boolean named, long events) {}
}
