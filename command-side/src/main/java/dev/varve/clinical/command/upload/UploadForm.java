package dev.varve.clinical.command.upload;

import static dev.varve.clinical.command.ClinicalBounds.BOUNDS;

import dev.varve.clinical.command.ClinicalBounds;
import dev.varve.clinical.command.Required;
import dev.varve.personal.files.IncomingFile;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.tomcat.util.http.fileupload.FileItemIterator;
import org.apache.tomcat.util.http.fileupload.FileItemStream;
import org.apache.tomcat.util.http.fileupload.FileUpload;
import org.apache.tomcat.util.http.fileupload.servlet.ServletRequestContext;
import org.jspecify.annotations.Nullable;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.server.ServletServerHttpRequest;

/**
 * A form that is read while it comes in, part by part, in whatever order. The servlet's own way would put parts into files
 * first, in the clear.
 *
 * @param declaredType of the audio, in lower case without parameters; empty if none was declared
 * @param fileName what the client calls the audio
 */
record UploadForm(
        String patientId,
        int durationSeconds,
        @Nullable String localStorageKey,
        @Nullable String draftTranscript,
        String declaredType,
        @Nullable String fileName) {

    /** The form as the description of the API shows it; nobody makes one. */
    @Schema(
            name = "UploadForm",
            requiredProperties = {"audio", "patient_id", "duration_seconds"})
    record Described(
            @Schema(type = "string", format = "binary") String audio,

            @Schema(name = "patient_id", maxLength = ClinicalBounds.PATIENT_ID)
            String patientId,

            @Schema(name = "duration_seconds", minimum = "0")
            int durationSeconds,

            @Schema(
                    name = "local_storage_key",
                    maxLength = ClinicalBounds.LOCAL_STORAGE_KEY,
                    description = "The client's name for the recording; the same again is the same recording.")
            @Nullable String localStorageKey,

            @Schema(name = "draft_transcript", maxLength = ClinicalBounds.TRANSCRIPT) @Nullable String draftTranscript) {}

    private static final String AUDIO = "audio";

    /** The longest text of each part, in characters. */
    private static final Map<String, Integer> TEXTS = Map.of(
            "patient_id", ClinicalBounds.PATIENT_ID,
            "duration_seconds", 20,
            "local_storage_key", ClinicalBounds.LOCAL_STORAGE_KEY,
            "draft_transcript", ClinicalBounds.TRANSCRIPT);

    private static final int HEADER_BYTES = 8_192;
    private static final int BUFFER_BYTES = 65_536;
    private static final int MOST_BYTES_OF_A_CHARACTER = 4;
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,18}");

    /**
     * Reads all of it.
     *
     * @param audio takes the file
     */
    static UploadForm read(HttpServletRequest request, IncomingFile audio) throws IOException {
        Reading reading = new Reading(request);
        Map<String, String> texts = new HashMap<>();
        Set<String> seen = new HashSet<>();
        String declaredType = "";
        String fileName = null;
        for (FileItemStream part = reading.next(); part != null; part = reading.next()) {
            String name = part.getFieldName();
            Integer longest = name == null ? null : TEXTS.get(name);
            if (name == null || (longest == null && !name.equals(AUDIO))) {
                // Its name is not repeated: it may be anything.
                throw BOUNDS.rejected("form", "has a part that is none of audio, " + String.join(", ", TEXTS.keySet()));
            }
            if (!seen.add(name)) {
                throw BOUNDS.rejected(name, "must come once");
            }
            if (longest == null) {
                declaredType = withoutParameters(part.getContentType());
                fileName = part.getName();
                reading.copy(part, audio);
            } else {
                texts.put(name, reading.text(part, name, longest));
            }
        }
        if (!seen.contains(AUDIO)) {
            throw BOUNDS.rejected(AUDIO, "is required");
        }
        String patientId = Required.field("patient_id", texts.get("patient_id"));
        BOUNDS.id("patient_id", patientId, ClinicalBounds.PATIENT_ID);
        String key = texts.get("local_storage_key");
        if (key != null) {
            BOUNDS.id("local_storage_key", key, ClinicalBounds.LOCAL_STORAGE_KEY);
        }
        String draft = texts.get("draft_transcript");
        BOUNDS.text("draft_transcript", draft, ClinicalBounds.TRANSCRIPT);
        String path = fileName == null || fileName.isBlank() ? null : fileName;
        BOUNDS.text("audio", path, ClinicalBounds.PATH);
        return new UploadForm(patientId, duration(texts.get("duration_seconds")), key, draft, declaredType, path);
    }

    private static int duration(@Nullable String text) {
        String number = Required.field("duration_seconds", text).strip();
        if (!WHOLE_NUMBER.matcher(number).matches()) {
            throw BOUNDS.rejected("duration_seconds", "must be a whole number");
        }
        BOUNDS.between("duration_seconds", Long.parseLong(number), 0, ClinicalBounds.DURATION_SECONDS);
        return Integer.parseInt(number);
    }

    /** A media type in lower case; empty if none was declared. */
    static String withoutParameters(@Nullable String contentType) {
        return contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return "UploadForm[declaredType=%s]".formatted(declaredType);
    }

    /** Tells a body that cannot be read, which is the client's fault, from a file that cannot be written. */
    private static final class Reading {

        private final HttpServletRequest request;
        private final FileItemIterator parts;

        Reading(HttpServletRequest request) {
            this.request = request;
            FileUpload upload = new FileUpload();
            upload.setHeaderEncoding(StandardCharsets.UTF_8.name());
            upload.setPartHeaderSizeMax(HEADER_BYTES);
            try {
                this.parts = upload.getItemIterator(new ServletRequestContext(request));
            } catch (IOException e) {
                throw unreadable(e);
            }
        }

        @Nullable FileItemStream next() {
            try {
                return parts.hasNext() ? parts.next() : null;
            } catch (IOException e) {
                throw unreadable(e);
            }
        }

        String text(FileItemStream part, String name, int longest) {
            try (InputStream in = part.openStream()) {
                byte[] bytes = in.readNBytes(longest * MOST_BYTES_OF_A_CHARACTER + 1);
                if (bytes.length > longest * MOST_BYTES_OF_A_CHARACTER) {
                    throw BOUNDS.rejected(name, "must have at most %d characters".formatted(longest));
                }
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
            } catch (CharacterCodingException e) {
                throw BOUNDS.rejected(name, "must be UTF-8");
            } catch (IOException e) {
                throw unreadable(e);
            }
        }

        void copy(FileItemStream part, OutputStream target) throws IOException {
            byte[] buffer = new byte[BUFFER_BYTES];
            InputStream in = open(part);
            for (int read = read(in, buffer); read >= 0; read = read(in, buffer)) {
                target.write(buffer, 0, read);
            }
        }

        private InputStream open(FileItemStream part) {
            try {
                return part.openStream();
            } catch (IOException e) {
                throw unreadable(e);
            }
        }

        private int read(InputStream in, byte[] buffer) {
            try {
                return in.read(buffer);
            } catch (IOException e) {
                throw unreadable(e);
            }
        }

        private HttpMessageNotReadableException unreadable(IOException cause) {
            return new HttpMessageNotReadableException(
                    "a form broke off, or is none", cause, new ServletServerHttpRequest(request));
        }
    }
}
