package dev.varve.app.idempotency;

import java.time.Duration;
import java.util.UUID;

/** What a request finds when it comes with a key. */
sealed interface Attempt {

    /** It is the first, or takes over from one that died: run it, then store or release. */
    record Ours(UUID id) implements Attempt {}

    /** It was answered before. */
    record Answered(ClosedAnswer answer) implements Attempt {}

    /** The first one is still running, and is given up after this time. */
    record Running(Duration left) implements Attempt {}

    /** The key came with another request before. */
    record OtherRequest() implements Attempt {}
}
