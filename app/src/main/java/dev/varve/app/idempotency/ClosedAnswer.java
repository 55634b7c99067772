package dev.varve.app.idempotency;

import dev.varve.events.PersonalText;
import java.util.List;

/**
 * An answer as it is kept.
 *
 * @param answer its body sealed if there are shares
 * @param shares of the key that opens the body, one for each person that it is about
 */
record ClosedAnswer(StoredAnswer answer, List<PersonalText> shares) {

    ClosedAnswer {
        shares = List.copyOf(shares);
    }
}
