package dev.varve.app.problem;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutageLinesTest {

    private final LoggerContext context = new LoggerContext();
    private final Logger logger = context.getLogger("org.example.Coordinator");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final IllegalStateException outage =
            new IllegalStateException("no transaction", new SQLException("the pool has been closed"));

    @BeforeEach
    void listen() {
        context.addTurboFilter(new OutageLines());
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.INFO);
    }

    @Test
    void an_outage_is_one_line_with_its_reason() {
        logger.warn("Processor [{}] ({}). Exception occurred.", "stations", 0, outage);
        logger.error("it failed", outage);

        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "Processor [stations] (0). Exception occurred. state=null reason=the pool has been closed",
                        "it failed state=null reason=the pool has been closed");
        assertThat(lines.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN, Level.ERROR);
        assertThat(lines.list).extracting(ILoggingEvent::getThrowableProxy).containsOnlyNulls();
    }

    @Test
    void every_other_failure_keeps_its_trace() {
        logger.warn("it failed", new SQLException("no such column", "42703"));
        logger.warn("it failed for {}", "stations", new IllegalStateException("a defect"));

        assertThat(lines.list)
                .hasSize(2)
                .extracting(ILoggingEvent::getThrowableProxy)
                .doesNotContainNull();
    }

    @Test
    void a_logger_that_tells_everything_keeps_its_traces() {
        logger.setLevel(Level.DEBUG);
        logger.warn("it failed", outage);

        assertThat(lines.list)
                .singleElement()
                .extracting(ILoggingEvent::getThrowableProxy)
                .isNotNull();
    }

    @Test
    void what_is_below_the_level_stays_silent() {
        logger.setLevel(Level.ERROR);
        logger.warn("it failed", outage);

        assertThat(lines.list).isEmpty();
    }
}
