package dev.varve.app.assembly;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who gets to see the log lines: the terminal of a server, a file for commands that talk to a person. */
public final class Logs {

    private Logs() {}

    /** Until the application configures them, only what went wrong is printed. */
    public static void quiet() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.ERROR);
        }
    }

    /** Settings that send them to a file in that folder; without one only warnings are printed. */
    static Map<String, String> toFile(@Nullable Path folder) {
        Map<String, String> settings = new HashMap<>();
        if (folder == null) {
            settings.put("logging.threshold.console", "ERROR");
        } else {
            settings.put("logging.threshold.console", "OFF");
            settings.put("logging.file.name", folder.resolve("varve.log").toString());
        }
        return settings;
    }
}
