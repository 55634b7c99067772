package dev.varve.eventstore;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A batch, turned into one array for each parameter of {@code event_store.append}. */
final class AppendColumns {

    /** Of a batch in which all streams are new: no event is looked at. */
    private static final long NOWHERE = Long.MAX_VALUE;

    private final List<Append.Slice> slices = new ArrayList<>();
    private final int[] sliceAppend;
    private final String[] sliceStream;
    private final @Nullable String[] sliceType;
    private final long[] sliceVersion;
    private final long[] sliceSince;
    private final int[] sliceFirst;
    private long since = NOWHERE;

    private final int[] eventSlice;
    private final String[] stream;
    private final @Nullable String[] streamType;
    private final long[] version;
    private final String[] id;
    private final String[] type;
    private final @Nullable String[] revision;
    private final long[] micros;
    private final long[] latest;
    private final byte[][] payload;
    private final byte[][] metadata;
    private int events;

    private final @Nullable String[] command;
    private boolean commandNamed;
    private final MessageColumns messages = new MessageColumns();

    AppendColumns(List<Append> batch) {
        List<List<Append.Slice>> slicesOf = batch.stream().map(Append::slices).toList();
        slicesOf.forEach(slices::addAll);
        sliceAppend = new int[slices.size()];
        sliceStream = new String[slices.size()];
        sliceType = new String[slices.size()];
        sliceVersion = new long[slices.size()];
        sliceSince = new long[slices.size()];
        sliceFirst = new int[slices.size()];
        int count = batch.stream().mapToInt(append -> append.events().size()).sum();
        eventSlice = new int[count];
        stream = new String[count];
        streamType = new String[count];
        version = new long[count];
        id = new String[count];
        type = new String[count];
        revision = new String[count];
        micros = new long[count];
        latest = new long[count];
        payload = new byte[count][];
        metadata = new byte[count][];
        command = new String[batch.size()];
        int slice = 0;
        for (int n = 0; n < batch.size(); n++) {
            add(n, slice, slicesOf.get(n).size(), batch.get(n));
            slice += slicesOf.get(n).size();
        }
    }

    private void add(int n, int firstSlice, int sliceCount, Append append) {
        command[n] = append.commandId();
        commandNamed = commandNamed || append.commandId() != null;
        for (int slice = firstSlice; slice < firstSlice + sliceCount; slice++) {
            add(slice, n, append);
        }
        if (sliceCount == 1) {
            append.events().forEach(event -> add(firstSlice, event));
            return;
        }
        Map<String, Integer> sliceOf = new HashMap<>();
        for (int slice = firstSlice; slice < firstSlice + sliceCount; slice++) {
            sliceOf.put(sliceStream[slice], slice);
        }
        for (NewEvent event : append.events()) {
            add(sliceOf.getOrDefault(event.streamId(), firstSlice), event);
        }
    }

    private void add(int row, int append, Append from) {
        Append.Slice slice = slices.get(row);
        sliceAppend[row] = append + 1;
        sliceStream[row] = slice.streamId();
        sliceType[row] = slice.events().getFirst().streamType();
        sliceVersion[row] = slice.firstVersion();
        sliceSince[row] = from.since().getOrDefault(slice.streamId(), 0L);
        boolean isNew = sliceVersion[row] == 0 && sliceType[row] != null;
        if (!isNew) {
            since = Math.min(since, sliceSince[row]);
        }
    }

    private void add(int slice, NewEvent event) {
        int row = events++;
        if (sliceFirst[slice] == 0) {
            sliceFirst[slice] = row + 1;
        }
        eventSlice[row] = slice + 1;
        stream[row] = event.streamId();
        streamType[row] = event.streamType();
        version[row] = event.version();
        id[row] = event.eventId();
        type[row] = event.type();
        revision[row] = event.revision();
        micros[row] = micros(event.recordedAt());
        latest[row] = row == 0 ? micros[row] : Math.max(latest[row - 1], micros[row]);
        payload[row] = event.payload();
        metadata[row] = event.metadata();
        messages.add(row + 1, event.messages());
    }

    private static long micros(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
    }

    void bind(Arguments arguments) throws SQLException {
        arguments.add(since);
        arguments.add(sliceAppend);
        arguments.add(sliceStream);
        arguments.add(sliceType);
        arguments.add(sliceVersion);
        arguments.add(sliceSince);
        arguments.add(sliceFirst);
        arguments.add(eventSlice);
        arguments.add(stream);
        arguments.add(streamType);
        arguments.add(version);
        arguments.add(id);
        arguments.add(type);
        arguments.add(revision);
        arguments.add(micros);
        arguments.add(latest);
        arguments.add(payload);
        arguments.add(metadata);
        if (commandNamed) {
            arguments.add(command);
        } else {
            arguments.addNullArray();
        }
        messages.bind(arguments);
    }

    /** The slice of a number that the function answers with. */
    Append.Slice slice(int number) {
        return slices.get(number - 1);
    }

    /** Which append of the batch that slice belongs to, counted from 0. */
    int append(int number) {
        return sliceAppend[number - 1] - 1;
    }
}
