package dev.varve.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import java.io.ByteArrayOutputStream;
import org.slf4j.LoggerFactory;

/**
 * All that the servers of this process log at the levels they are set to, whatever the console shows: its threshold may
 * be the one of a command that ran in this process before.
 */
public final class LogLines implements AutoCloseable {

    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private final OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
    private final Logger root;

    private LogLines(LoggerContext context) {
        root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%level %logger %mdc %kvp %msg%n%ex");
        encoder.setCharset(UTF_8);
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.setOutputStream(lines);
        appender.start();
        root.addAppender(appender);
    }

    /** From now on; a server that configures the log afterwards would end it, so the servers run already. */
    public static LogLines ofRunningServers() {
        return new LogLines((LoggerContext) LoggerFactory.getILoggerFactory());
    }

    public String text() {
        return lines.toString(UTF_8);
    }

    @Override
    public void close() {
        root.detachAppender(appender);
        appender.stop();
    }
}
