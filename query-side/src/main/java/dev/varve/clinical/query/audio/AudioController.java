package dev.varve.clinical.query.audio;

import static dev.varve.clinical.query.generated.Tables.RECORDING;

import dev.varve.clinical.query.OpenedTexts;
import dev.varve.clinical.query.recordings.RecordingProjection;
import dev.varve.personal.files.PersonalFiles;
import dev.varve.query.NotFound;
import dev.varve.query.Reads;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Record3;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.ServletWebRequest;

/**
 * Answers the bytes as they were sent. They are opened segment by segment while they go out, so neither a long recording
 * nor a range far into it costs more than a mebibyte.
 */
@RestController
@Reads(RecordingProjection.class)
class AudioController {

    private static final int BUFFER_BYTES = 65_536;

    private final DSLContext database;
    private final OpenedTexts texts;
    private final ObjectProvider<PersonalFiles> files;

    AudioController(DSLContext database, OpenedTexts texts, ObjectProvider<PersonalFiles> files) {
        this.database = database;
        this.texts = texts;
        this.files = files;
    }

    @GetMapping("/api/v1/recordings/{id}/audio")
    void audio(@PathVariable UUID id, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Record3<String, String, String> found = database.select(
                        RECORDING.PATIENT, RECORDING.AUDIO_CONTENT_ID, RECORDING.AUDIO_MEDIA_TYPE)
                .from(RECORDING)
                .where(RECORDING.RECORDING_ID.eq(id))
                .fetchOptional()
                .orElseThrow(() -> new NotFound("clinical", "recording-not-found", "Recording not found"));
        String contentId = found.value2();
        if (contentId == null) {
            throw new NotFound("clinical", "no-audio", "no audio was sent for this recording");
        }
        try (SeekableByteChannel audio = open(id, found.value1(), contentId)) {
            String etag = "\"" + contentId + "\"";
            if (!new ServletWebRequest(request, response).checkNotModified(etag)) {
                response.setContentType(found.value3());
                answer(audio, etag, request, response);
            }
        }
    }

    private SeekableByteChannel open(UUID id, String patient, String contentId) throws IOException {
        return files.getObject()
                .open(patient, contentId)
                .orElseThrow(() -> texts.erased(patient)
                        ? new NotFound("clinical", "audio-gone", "the patient was erased, and the audio with them")
                        : new IllegalStateException("the audio of recording " + id + " is not in the store"));
    }

    private static void answer(
            SeekableByteChannel audio, String etag, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        long size = audio.size();
        response.setHeader(HttpHeaders.ACCEPT_RANGES, "bytes");
        switch (Part.wanted(
                request.getHeader(HttpHeaders.RANGE), request.getHeader(HttpHeaders.IF_RANGE), etag, size)) {
            case Part.Whole whole -> send(audio, 0, size, request, response);
            case Part.Range(long first, long last) -> {
                response.setStatus(HttpServletResponse.SC_PARTIAL_CONTENT);
                response.setHeader(HttpHeaders.CONTENT_RANGE, "bytes %d-%d/%d".formatted(first, last, size));
                send(audio, first, last - first + 1, request, response);
            }
            case Part.Beyond beyond -> {
                response.setHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + size);
                response.setStatus(HttpServletResponse.SC_REQUESTED_RANGE_NOT_SATISFIABLE);
            }
        }
    }

    private static void send(
            SeekableByteChannel audio, long from, long length, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.setContentLengthLong(length);
        if (HttpMethod.HEAD.matches(request.getMethod())) {
            return;
        }
        OutputStream out = response.getOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        audio.position(from);
        long left = length;
        while (left > 0) {
            buffer.clear().limit((int) Math.min(left, BUFFER_BYTES));
            int read = audio.read(buffer);
            if (read < 0) {
                throw new IOException("a file ended %d bytes early".formatted(left));
            }
            out.write(buffer.array(), 0, read);
            left -= read;
        }
    }
}
