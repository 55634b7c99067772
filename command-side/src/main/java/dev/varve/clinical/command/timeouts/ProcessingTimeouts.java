package dev.varve.clinical.command.timeouts;

import dev.varve.clinical.command.ClinicalSettings;
import dev.varve.clinical.command.recording.Callers;
import dev.varve.clinical.command.recording.FailRecording;
import dev.varve.clinical.events.FailureKind;
import dev.varve.clinical.events.Occasion;
import dev.varve.clinical.events.RecordingId;
import dev.varve.command.VersionMismatch;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.RecordedEvent;
import dev.varve.eventstore.axon.CommandDispatcher;
import dev.varve.eventstore.axon.EventDecoder;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.UnableToClaimTokenException;
import org.axonframework.messaging.annotation.MessageHandlerInvocationException;
import org.axonframework.serialization.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Fails what is being processed for too long.
 *
 * <p>It follows the log and remembers what is being processed. Its checkpoint in the token store never passes a recording
 * that still is, so whoever takes over after a crash learns of it again. One node at a time holds the token; and should two
 * ever check at once, the version that each has seen lets only one of them write.
 */
@Component
final class ProcessingTimeouts {

    static final String NAME = "clinical.processing-timeouts";

    private static final Logger log = LoggerFactory.getLogger(ProcessingTimeouts.class);
    private static final int SEGMENT = 0;
    private static final int PAGE = 1000;
    private static final String SYSTEM = "system";

    private final EventLog events;
    private final EventDecoder decoder;
    private final TokenStore tokens;
    private final CommandDispatcher commands;
    private final Callers callers;
    private final ClinicalSettings settings;
    private final Clock clock;
    private final UnderWay underWay = new UnderWay();
    private long position = -1;

    ProcessingTimeouts(
            EventLog events,
            EventDecoder decoder,
            TokenStore tokens,
            CommandDispatcher commands,
            Callers callers,
            ClinicalSettings settings,
            Clock clock) {
        this.events = events;
        this.decoder = decoder;
        this.tokens = tokens;
        this.commands = commands;
        this.callers = callers;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Looks once.
     *
     * @return how many recordings were failed; 0 also where another node looks after it
     */
    int check() {
        try {
            if (tokens.fetchSegments(NAME).length == 0) {
                tokens.initializeTokenSegments(NAME, 1);
            }
            TrackingToken checkpoint = tokens.fetchToken(NAME, SEGMENT);
            if (position < 0) {
                position = checkpoint == null ? 0 : checkpoint.position().orElse(0);
            }
        } catch (UnableToClaimTokenException e) {
            return 0;
        }
        follow();
        int failed = failDue(clock.instant().minus(settings.processingTimeout()));
        keepCheckpoint();
        return failed;
    }

    private void follow() {
        List<RecordedEvent> page;
        do {
            page = events.read(position, PAGE);
            for (RecordedEvent row : page) {
                apply(row);
                position = row.position();
            }
            // A long way through the log must not look like a node that has died.
            keepCheckpoint();
        } while (page.size() == PAGE);
    }

    private void apply(RecordedEvent row) {
        try {
            decoder.decode(row, UnderWay::isAbout, event -> underWay.apply(row, event.payload()));
        } catch (SerializationException e) {
            // Nobody can read it now, and the recordings behind it have their time.
            log.error(
                    "an event cannot be read, and counts for no time-out position={} stream={}",
                    row.position(),
                    row.streamId());
        }
    }

    private int failDue(Instant startedBefore) {
        int failed = 0;
        for (Map.Entry<RecordingId, UnderWay.Processing> due :
                underWay.startedBefore(startedBefore).entrySet()) {
            try {
                commands.dispatch(new FailRecording(
                        due.getKey(),
                        FailureKind.TIMEOUT,
                        null,
                        settings.retryLimit(),
                        due.getValue().version(),
                        callers.now(SYSTEM, Occasion.TIMEOUT, null)));
                failed++;
                log.info(
                        "processing timed out recording={} startedAt={}",
                        due.getKey(),
                        due.getValue().since());
            } catch (VersionMismatch e) {
                log.debug("processing went on meanwhile recording={}", due.getKey());
            } catch (SerializationException | MessageHandlerInvocationException e) {
                log.error("a recording cannot be read, and so not be failed recording={}", due.getKey());
            }
        }
        return failed;
    }

    private void keepCheckpoint() {
        tokens.storeToken(new GlobalSequenceTrackingToken(underWay.checkpoint(position)), NAME, SEGMENT);
    }
}
