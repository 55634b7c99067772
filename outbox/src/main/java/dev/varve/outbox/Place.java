package dev.varve.outbox;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A position as it is given to readers who keep it themselves, with a mark of the message that stands there: after a
 * standby took over that had not received all messages, or a backup was restored, another one may stand there.
 *
 * @param mark the first eight digits of the message's id
 */
public record Place(long position, String mark) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,18})-([0-9a-f]{8})");

    static Place of(long position, UUID message) {
        return new Place(position, message.toString().substring(0, 8));
    }

    /** As {@link #toString} wrote it; empty for anything else. */
    public static Optional<Place> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new Place(Long.parseLong(matcher.group(1)), matcher.group(2)))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return position + "-" + mark;
    }
}
