package dev.varve.clinical.command.oldstore;

import dev.varve.clinical.command.recording.ImportRecording;
import dev.varve.clinical.events.RecordingId;
import dev.varve.command.Rejected;
import dev.varve.command.ingestion.IngestionRow;
import dev.varve.command.ingestion.Origin;
import dev.varve.command.ingestion.RowSink;
import dev.varve.command.ingestion.oldstore.BrokenField;
import dev.varve.command.ingestion.oldstore.OldDatabase;
import dev.varve.command.ingestion.oldstore.OldRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Submits the old table's rows as commands, a thousand at a time, whose patients' keys are made together. */
final class SubmittedRecordings implements OldDatabase.Reader {

    private static final String KIND = "recordings";
    private static final int ROWS_AT_ONCE = 1_000;

    private final OldRecordings recordings;
    private final RowSink sink;
    private final List<OldRow> ahead = new ArrayList<>(ROWS_AT_ONCE);
    private final Map<RecordingId, Integer> rowsById = new HashMap<>();
    private int number;

    SubmittedRecordings(OldRecordings recordings, RowSink sink) {
        this.recordings = recordings;
        this.sink = sink;
    }

    @Override
    public void accept(OldRow row) {
        ahead.add(row);
        if (ahead.size() == ROWS_AT_ONCE) {
            flush();
        }
    }

    /** Submits the rows that are left. */
    void flush() {
        recordings.makeKeys(ahead);
        ahead.forEach(this::submit);
        ahead.clear();
    }

    private void submit(OldRow row) {
        number++;
        String place = place(row);
        try {
            ImportRecording command = recordings.command(row);
            Integer same = rowsById.putIfAbsent(command.recordingId(), number);
            if (same != null) {
                throw new BrokenField("id", "is that of another row, spelled differently");
            }
            Origin origin = new Origin(place, command.recording().createdAt(), Map.of());
            sink.submit(new IngestionRow(
                    KIND,
                    place,
                    0,
                    command.stream(),
                    List.of(command),
                    origin,
                    List.of(RecordingStatements.of(command, row))));
        } catch (BrokenField e) {
            sink.reject(KIND, place, 0, e.reason());
        } catch (Rejected e) {
            sink.reject(KIND, place, 0, e.detail());
        }
    }

    /** The id where it is one: anything else in that column might be about a person. */
    private String place(OldRow row) {
        try {
            return KIND + "/" + OldRecordings.id(row);
        } catch (BrokenField e) {
            return KIND + "/row " + number;
        }
    }
}
