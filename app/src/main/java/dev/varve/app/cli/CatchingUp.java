package dev.varve.app.cli;

import dev.varve.app.assembly.ReadModels;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import org.springframework.context.ApplicationContext;

/** Ends a command that wrote events only when they can be read, and says so. */
final class CatchingUp {

    private static final Duration WITHOUT_A_WORD = Duration.ofSeconds(2);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    private CatchingUp() {}

    /** Answers whether the read models hold all that is in the log now. */
    static boolean await(ApplicationContext application, PrintWriter out) {
        ReadModels readModels = ReadModels.of(application);
        long head = readModels.head();
        try {
            Optional<String> behind = readModels.await(head, WITHOUT_A_WORD);
            if (behind.isPresent()) {
                out.println("the read models are catching up with position %d ...".formatted(head));
                out.flush();
                behind = readModels.await(head, LONGEST_WAIT);
            }
            out.println(
                    behind.map(name -> "%s is not at position %d after %d minutes; ./varve status says how far it is"
                                    .formatted(name, head, LONGEST_WAIT.toMinutes()))
                            .orElse("read models hold every event up to position %d".formatted(head)));
            out.flush();
            return behind.isEmpty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
