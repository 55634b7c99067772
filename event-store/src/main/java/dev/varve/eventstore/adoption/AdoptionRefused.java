package dev.varve.eventstore.adoption;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The old store, or the log, is not as a takeover needs it. The message names every reason that was found. */
public final class AdoptionRefused extends RuntimeException {

    AdoptionRefused(String reason) {
        this(reason, null);
    }

    AdoptionRefused(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }

    static AdoptionRefused because(List<String> reasons) {
        return new AdoptionRefused(String.join("\n", reasons));
    }
}
