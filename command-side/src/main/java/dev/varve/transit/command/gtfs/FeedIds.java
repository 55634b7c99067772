package dev.varve.transit.command.gtfs;

import dev.varve.transit.events.LineId;
import dev.varve.transit.events.StationId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Makes ids of one feed's stations and lines: the feed's id, a colon, and the id that the feed gives.
 *
 * <p>The feed {@value #MVG} has the ids that MVG's own interface uses, and keeps them bare. An id that would be longer
 * than 64 characters ends in a digest of the feed's id for it, so that it stays one to one.
 */
record FeedIds(String feedId) {

    static final String MVG = "mvg";

    /** What a feed's id looks like. */
    static final Pattern FEED_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,23}");

    private static final int LONGEST = 64;
    private static final int LONGEST_FEED_ID = 24;
    private static final int DIGEST_BYTES = 16;
    private static final int SHORT_DIGEST_BYTES = 4;

    StationId station(String stopId) {
        return new StationId(of(stopId));
    }

    LineId line(String routeId) {
        return new LineId(of(routeId));
    }

    private String of(String id) {
        String whole = feedId.equals(MVG) ? id : feedId + ":" + id;
        return whole.length() <= LONGEST ? whole : feedId + ":~" + digest(id, DIGEST_BYTES);
    }

    /** A feed's id made of a name: letters and digits of ASCII in lower case, with hyphens between. */
    static String feedIdOf(String name) {
        String plain = Normalizer.normalize(name, Normalizer.Form.NFKD)
                .replaceAll("\\p{M}+", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-+|-+$", "");
        if (plain.isEmpty()) {
            return "feed-" + digest(name, SHORT_DIGEST_BYTES);
        }
        return plain.length() <= LONGEST_FEED_ID
                ? plain
                : plain.substring(0, LONGEST_FEED_ID - 1 - 2 * SHORT_DIGEST_BYTES)
                        + "-"
                        + digest(name, SHORT_DIGEST_BYTES);
    }

    private static String digest(String text, int bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(digest, bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
