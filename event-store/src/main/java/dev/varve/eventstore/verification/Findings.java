package dev.varve.eventstore.verification;

import dev.varve.eventstore.verification.Finding.Rule;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong; of very many it keeps the first and counts the others. For one thread. */
final class Findings {

    private static final int KEPT = 100;

    private final List<Finding> kept = new ArrayList<>();
    private long count;

    void add(long position, Rule rule, String what) {
        add(new Finding(position, rule, what));
    }

    void add(Finding finding) {
        count++;
        if (kept.size() < KEPT) {
            kept.add(finding);
        }
    }

    List<Finding> kept() {
        return kept;
    }

    long count() {
        return count;
    }
}
