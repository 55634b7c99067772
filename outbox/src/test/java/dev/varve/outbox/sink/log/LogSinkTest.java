package dev.varve.outbox.sink.log;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.outbox.Sink;
import dev.varve.outbox.SinkSettings;
import dev.varve.outbox.sink.HandOver;
import dev.varve.outbox.sink.Messages;
import dev.varve.outbox.sink.SinkConformance;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

class LogSinkTest extends SinkConformance {

    private final LogSinkFactory factory = new LogSinkFactory();

    @Override
    protected Consumer consumer() {
        return new Lines(true);
    }

    @Override
    protected Set<Trouble> troubles() {
        return EnumSet.noneOf(Trouble.class);
    }

    @Test
    void keeps_payloads_out_of_the_log_unless_they_are_asked_for() throws InterruptedException {
        try (Lines lines = new Lines(false);
                Sink sink = lines.open()) {
            HandOver.of(sink, List.of(Messages.of(1, "key").asReplay()));

            assertThat(lines.text()).contains("key", "replay=true").doesNotContain("payload", "number");
        }
    }

    @Test
    void a_key_cannot_begin_a_line_of_its_own() throws InterruptedException {
        try (Lines lines = new Lines(true);
                Sink sink = lines.open()) {
            HandOver.of(sink, List.of(Messages.of(1, "key\n2026-03-01 ERROR forged", "{\n}")));

            assertThat(lines.text()).contains("key\\n2026", "{\\n}").doesNotContain("\n");
        }
    }

    @Test
    void says_what_is_wrong_with_a_setting() {
        assertThat(factory.violations(new SinkSettings("s", Map.of("payload", "perhaps"))))
                .containsExactly("payload is 'perhaps', and must be true or false");
    }

    /** What the log got, with the arguments apart. */
    private static final class Lines implements Consumer {

        private final boolean payload;
        private final List<Object[]> lines = new ArrayList<>();

        Lines(boolean payload) {
            this.payload = payload;
        }

        @Override
        public Sink open() {
            return new LogSink(new Keeper(lines), payload);
        }

        String text() {
            return lines.stream()
                    .map(arguments -> MessageFormatter.arrayFormat("{} {} {} {}{}{}", arguments)
                            .getMessage())
                    .collect(joining());
        }

        @Override
        public List<Received> received() {
            return lines.stream()
                    .map(arguments -> new Received(
                            (UUID) arguments[3],
                            (String) arguments[1],
                            ((String) arguments[2]).replace("\\n", "\n"),
                            ((String) arguments[5]).substring(" payload=".length())))
                    .toList();
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }

    private static final class Keeper extends LegacyAbstractLogger {

        private final transient List<Object[]> lines;

        Keeper(List<Object[]> lines) {
            this.lines = lines;
        }

        @Override
        public boolean isTraceEnabled() {
            return true;
        }

        @Override
        public boolean isDebugEnabled() {
            return true;
        }

        @Override
        public boolean isInfoEnabled() {
            return true;
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }

        @Override
        protected @Nullable String getFullyQualifiedCallerName() {
            return null;
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level,
                @Nullable Marker marker,
                String format,
                Object @Nullable [] arguments,
                @Nullable Throwable failure) {
            lines.add(arguments == null ? new Object[0] : arguments);
        }
    }
}
