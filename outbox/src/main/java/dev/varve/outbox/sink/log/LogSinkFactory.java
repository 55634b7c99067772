package dev.varve.outbox.sink.log;

import dev.varve.outbox.Sink;
import dev.varve.outbox.SinkFactory;
import dev.varve.outbox.SinkSettings;
import dev.varve.outbox.sink.SettingsCheck;
import java.util.List;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * Sinks of kind {@code log}. Settings:
 *
 * <ul>
 *   <li>{@code payload} ({@code false}): whether the lines carry the payload. It then stands wherever logs are kept.
 *   <li>{@code logger} ({@code varve.outbox.<subscription>}): the logger's name, by which lines are filtered.
 * </ul>
 */
public final class LogSinkFactory implements SinkFactory {

    private static final Set<String> SETTINGS = Set.of("payload", "logger");

    @Override
    public String kind() {
        return "log";
    }

    @Override
    public List<String> violations(SinkSettings settings) {
        return new SettingsCheck().read(() -> showPayload(settings)).violations();
    }

    @Override
    public boolean knows(String setting) {
        return SETTINGS.contains(setting);
    }

    @Override
    public Sink open(SinkSettings settings) {
        String name = settings.text("logger").orElse("varve.outbox." + settings.subscription());
        return new LogSink(LoggerFactory.getLogger(name), showPayload(settings));
    }

    private static boolean showPayload(SinkSettings settings) {
        return settings.flag("payload", false);
    }
}
