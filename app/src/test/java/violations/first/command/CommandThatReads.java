package violations.first.command;

import java.time.Instant;
import java.util.UUID;
import violations.first.query.ReadModel;

/** A command that asks a read model, the clock and the dice, and prints what it did. */
public class CommandThatReads {
    public void handle(ReadModel readModel) {
        System.out.println(readModel + " " + Instant.now() + UUID.randomUUID());
    }
}
