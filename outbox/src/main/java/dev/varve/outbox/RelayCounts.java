package dev.varve.outbox;

import java.util.concurrent.atomic.LongAdder;

/** What a node has done for one subscription since it started, for metrics. */
final class RelayCounts {
    final LongAdder delivered = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder parked = new LongAdder();
    final LongAdder skipped = new LongAdder();
    final LongAdder replayed = new LongAdder();
}
