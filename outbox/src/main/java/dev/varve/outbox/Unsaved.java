package dev.varve.outbox;

import dev.varve.outbox.Progress.Changes;
import dev.varve.outbox.Progress.Parking;
import dev.varve.outbox.Progress.Skipping;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What happened to messages of a subscription since its checkpoint was last saved, and is saved with it. */
final class Unsaved {

    private static final int ENOUGH = 500;

    private Map<String, Parking> keys = new LinkedHashMap<>();
    private List<Message> parked = new ArrayList<>();
    private List<Skipping> skipped = new ArrayList<>();
    private List<Long> unparked = new ArrayList<>();

    void parkKey(String key, String reason, int attempts) {
        keys.put(key, new Parking(key, reason, attempts));
    }

    void park(Message message) {
        parked.add(message);
    }

    void skip(Message message, String reason) {
        skipped.add(new Skipping(message, reason));
    }

    void unpark(long position) {
        unparked.add(position);
    }

    boolean isEmpty() {
        return keys.isEmpty() && parked.isEmpty() && skipped.isEmpty() && unparked.isEmpty();
    }

    /** Whether it should not wait for the next checkpoint. */
    boolean isLarge() {
        return parked.size() + skipped.size() + unparked.size() >= ENOUGH;
    }

    Changes changes() {
        return new Changes(List.copyOf(keys.values()), parked, skipped, unparked);
    }

    void saved() {
        keys = new LinkedHashMap<>();
        parked = new ArrayList<>();
        skipped = new ArrayList<>();
        unparked = new ArrayList<>();
    }
}
