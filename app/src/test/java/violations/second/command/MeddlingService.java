package violations.second.command;

import violations.first.command.CommandThatReads;
import violations.first.query.ReadModel;

/** A class of one context that calls another context's, under a name that says nothing. */
class MeddlingService {
    void meddle(CommandThatReads command) {
        command.handle(new ReadModel());
    }
}
