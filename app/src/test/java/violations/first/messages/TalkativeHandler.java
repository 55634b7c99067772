package violations.first.messages;

import dev.varve.events.PersonalText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log what it handles. */
final class TalkativeHandler {

    private static final Logger log = LoggerFactory.getLogger(TalkativeHandler.class);

    void handle(PersonalText text) {
        log.info("handled {}", text);
    }
}
