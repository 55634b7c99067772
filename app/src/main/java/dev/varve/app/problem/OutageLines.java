package dev.varve.app.problem;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.helpers.MessageFormatter;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.stereotype.Component;

/**
 * Gives a line to whatever is logged because the database is away, instead of a trace: processors, pools and transactions fail
 * by the dozen then, each in its own place and all for the same reason. A logger at DEBUG keeps its traces.
 */
@Component
final class OutageLines extends TurboFilter implements InitializingBean, DisposableBean {

    private static final String OWN_NAME = OutageLines.class.getName();

    @Override
    public void afterPropertiesSet() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.addTurboFilter(this);
        }
    }

    @Override
    public void destroy() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getTurboFilterList().remove(this);
        }
    }

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] arguments,
            @Nullable Throwable thrown) {
        // Most questions are whether something is logged at all, and have no format.
        if (format == null || !level.isGreaterOrEqual(Level.INFO)) {
            return FilterReply.NEUTRAL;
        }
        Throwable failure = thrown == null ? MessageFormatter.getThrowableCandidate(arguments) : thrown;
        Optional<SQLException> away = failure == null ? Optional.empty() : DatabaseProblems.away(failure);
        if (away.isEmpty() || logger.isDebugEnabled()) {
            return FilterReply.NEUTRAL;
        }
        String line = MessageFormatter.arrayFormat(format, arguments).getMessage() + " state="
                + away.get().getSQLState() + " reason=" + away.get().getMessage();
        logger.log(marker, OWN_NAME, Level.toLocationAwareLoggerInteger(level), line, null, null);
        return FilterReply.DENY;
    }
}
