package dev.varve.eventstore.adoption;

import com.thoughtworks.xstream.XStream;
import com.thoughtworks.xstream.security.NoTypePermission;
import dev.varve.eventstore.axon.JsonShapes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.axonframework.eventhandling.GapAwareTrackingToken;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.MergedTrackingToken;
import org.axonframework.eventhandling.ReplayToken;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.ConfigToken;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.axonframework.serialization.xml.XStreamSerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.util.function.SingletonSupplier;

/** Reads the old store's tokens and says the same in terms of the new positions. */
final class OldTokens {

    static final List<String> COLUMNS = List.of("processorname", "segment", "token", "tokentype");

    /** Token classes and what they hold; nothing else is ever made from what is stored. */
    private static final String[] READABLE = {"org.axonframework.eventhandling.**", "java.util.**", "java.lang.*"};

    private OldTokens() {}

    /**
     * How far a segment had come.
     *
     * @param token null when it had not begun
     */
    record OldToken(String processor, int segment, @Nullable TrackingToken token) {}

    /** Tokens that were read, and reasons why the others cannot be. */
    record Read(List<OldToken> tokens, List<String> refused) {}

    static Read read(Connection connection, OldTable table) throws SQLException {
        List<OldToken> tokens = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        Serializer json = json();
        // Made only for a store that needs it: it makes Java warn of what it does.
        Supplier<Serializer> xml = SingletonSupplier.of(OldTokens::xml);
        try (PreparedStatement statement = connection.prepareStatement("SELECT %s, %s, %s, %s FROM %s ORDER BY 1, 2"
                        .formatted(
                                table.column("processorname"),
                                table.column("segment"),
                                table.bytes("token"),
                                table.column("tokentype"),
                                table.name()));
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                String processor = rows.getString(1);
                int segment = rows.getInt(2);
                byte @Nullable [] bytes = rows.getBytes(3);
                @Nullable String type = rows.getString(4);
                if (ConfigToken.class.getName().equals(type)) {
                    // Says which store the tokens belong to; the log has an identity of its own.
                    continue;
                }
                try {
                    @Nullable TrackingToken token = bytes == null || type == null ? null : token(bytes, type, json, xml);
                    check(token);
                    tokens.add(new OldToken(processor, segment, token));
                } catch (RuntimeException e) {
                    refused.add("the token of processor '%s', segment %d, a %s, cannot be taken over: %s"
                            .formatted(processor, segment, type, e.getMessage()));
                }
            }
        }
        return new Read(tokens, refused);
    }

    private static TrackingToken token(byte[] bytes, String type, Serializer json, Supplier<Serializer> xml) {
        Serializer serializer = switch (bytes.length == 0 ? 0 : bytes[0]) {
            case '{' -> json;
            case '<' -> xml.get();
            default -> throw new IllegalArgumentException("it is neither JSON nor XStream's XML");
        };
        return serializer.<byte[], TrackingToken>deserialize(
                new SimpleSerializedObject<>(bytes, byte[].class, type, null));
    }

    static Serializer json() {
        return Jackson3Serializer.builder()
                .jsonMapperBuilderCustomizer(JsonShapes.INSTANCE)
                .build();
    }

    private static Serializer xml() {
        XStream xstream = new XStream();
        xstream.addPermission(NoTypePermission.NONE);
        xstream.allowTypesByWildcard(READABLE);
        return XStreamSerializer.builder().xStream(xstream).build();
    }

    private static void check(@Nullable TrackingToken token) {
        switch (token) {
            case null -> {}
            case GapAwareTrackingToken index -> {}
            case GlobalSequenceTrackingToken index -> {}
            case ReplayToken replay -> {
                check(replay.getTokenAtReset());
                check(replay.getCurrentToken());
            }
            case MergedTrackingToken merged -> {
                check(merged.lowerSegmentToken());
                check(merged.upperSegmentToken());
            }
            default -> throw new IllegalArgumentException("it belongs to several sources, or to another kind of store");
        }
    }

    /** Indexes that a token says were not seen yet; events that arrived at them since are still to be handled. */
    static List<Long> missing(@Nullable TrackingToken token) {
        Set<Long> gaps = new TreeSet<>();
        collect(token, gaps);
        return List.copyOf(gaps);
    }

    private static void collect(@Nullable TrackingToken token, Set<Long> gaps) {
        switch (token) {
            case GapAwareTrackingToken index -> gaps.addAll(index.getGaps());
            case ReplayToken replay -> {
                collect(replay.getTokenAtReset(), gaps);
                collect(replay.getCurrentToken(), gaps);
            }
            case MergedTrackingToken merged -> {
                collect(merged.lowerSegmentToken(), gaps);
                collect(merged.upperSegmentToken(), gaps);
            }
            case null, default -> {}
        }
    }

    /** Translates an old global index into the position of the last event at or before it. */
    @FunctionalInterface
    interface Positions {
        long of(long index) throws SQLException;
    }

    /** The same progress in the new log; the tokens must be without gaps that were filled. */
    static @Nullable TrackingToken translated(@Nullable TrackingToken token, Positions positions) throws SQLException {
        return switch (token) {
            case null -> null;
            case GapAwareTrackingToken index -> new GlobalSequenceTrackingToken(positions.of(index.getIndex()));
            case GlobalSequenceTrackingToken index ->
                new GlobalSequenceTrackingToken(positions.of(index.getGlobalIndex()));
            case ReplayToken replay ->
                ReplayToken.createReplayToken(
                        translated(replay.getTokenAtReset(), positions),
                        translated(replay.getCurrentToken(), positions),
                        replay.context());
            case MergedTrackingToken merged ->
                new MergedTrackingToken(
                        translated(merged.lowerSegmentToken(), positions),
                        translated(merged.upperSegmentToken(), positions));
            default -> throw new IllegalArgumentException("was checked to be translatable: " + token.getClass());
        };
    }
}
