package dev.varve.clinical.command.upload;

import static dev.varve.clinical.command.ClinicalBounds.BOUNDS;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.varve.command.Rejected;
import dev.varve.personal.files.IncomingFile;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotSupportedException;

/** The kinds of audio that browsers and phones record, told by their first bytes. */
enum AudioFormat {
    WEBM("audio/webm", "video/webm", "audio/x-matroska", "video/x-matroska") {
        @Override
        boolean begins(byte[] head) {
            return at(head, 0, "\032E\337\243");
        }
    },
    OGG("audio/ogg", "application/ogg", "video/ogg", "audio/opus", "audio/vorbis") {
        @Override
        boolean begins(byte[] head) {
            return at(head, 0, "OggS");
        }
    },
    WAV("audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave") {
        @Override
        boolean begins(byte[] head) {
            return at(head, 0, "RIFF") && at(head, 8, "WAVE");
        }
    },
    FLAC("audio/flac", "audio/x-flac") {
        @Override
        boolean begins(byte[] head) {
            return at(head, 0, "fLaC");
        }
    },
    MP4("audio/mp4", "audio/m4a", "audio/x-m4a", "audio/aac", "video/mp4") {
        @Override
        boolean begins(byte[] head) {
            return at(head, 4, "ftyp");
        }
    },
    CAF("audio/x-caf", "audio/caf") {
        @Override
        boolean begins(byte[] head) {
            return at(head, 0, "caff");
        }
    },
    AMR("audio/amr", "audio/amr-wb") {
        @Override
        boolean begins(byte[] head) {
            return at(head, 0, "#!AMR");
        }
    },
    /** A frame of ADTS: twelve bits of synchronization, layer 0. */
    AAC("audio/aac", "audio/aacp", "audio/x-aac") {
        @Override
        boolean begins(byte[] head) {
            return head.length > 1 && head[0] == (byte) 0xff && (head[1] & 0xf6) == 0xf0;
        }
    },
    /** A tag, or a frame: eleven bits of synchronization, any layer but 0. */
    MP3("audio/mpeg", "audio/mp3", "audio/x-mp3", "audio/mpeg3") {
        @Override
        boolean begins(byte[] head) {
            return at(head, 0, "ID3")
                    || (head.length > 1 && head[0] == (byte) 0xff && (head[1] & 0xe0) == 0xe0 && (head[1] & 0x06) != 0);
        }
    };

    /** What clients say that do not know. */
    private static final Set<String> NOTHING_SAID = Set.of("", "application/octet-stream");

    private final String mediaType;

    @SuppressWarnings("ImmutableEnumChecker") // Set.of() cannot be changed
    private final Set<String> otherNames;

    AudioFormat(String mediaType, String... otherNames) {
        this.mediaType = mediaType;
        this.otherNames = Set.of(otherNames);
    }

    abstract boolean begins(byte[] head);

    /** The format of what begins so; empty if it is no audio that is known. */
    static Optional<AudioFormat> of(byte[] head) {
        return Arrays.stream(values()).filter(format -> format.begins(head)).findFirst();
    }

    /**
     * The format of a file that has come in.
     *
     * @param declared what the client calls it, as in {@link #isCalled}
     * @throws Rejected if it is empty, or other audio than declared
     * @throws HttpMediaTypeNotSupportedException if it is no audio that is known
     */
    static AudioFormat demanded(IncomingFile audio, String declared) throws HttpMediaTypeNotSupportedException {
        if (audio.size() == 0) {
            throw BOUNDS.rejected("audio", "must not be empty");
        }
        AudioFormat format = of(audio.head())
                .orElseThrow(() -> new HttpMediaTypeNotSupportedException("no audio that is known", mediaTypes()));
        if (!format.isCalled(declared)) {
            throw new Rejected(
                    "clinical",
                    "media-type-mismatch",
                    "audio",
                    "the bytes are %s, which is not what was declared".formatted(format.mediaType()));
        }
        return format;
    }

    private static List<MediaType> mediaTypes() {
        return Arrays.stream(values())
                .map(AudioFormat::mediaType)
                .map(MediaType::parseMediaType)
                .toList();
    }

    /** Under which it is kept and given out. */
    String mediaType() {
        return mediaType;
    }

    /**
     * Whether a client may call it so.
     *
     * @param declared a media type in lower case without parameters, such as codecs; empty where nothing is declared
     */
    boolean isCalled(String declared) {
        return NOTHING_SAID.contains(declared) || mediaType.equals(declared) || otherNames.contains(declared);
    }

    private static boolean at(byte[] head, int from, String mark) {
        byte[] wanted = mark.getBytes(ISO_8859_1);
        return head.length >= from + wanted.length
                && Arrays.equals(head, from, from + wanted.length, wanted, 0, wanted.length);
    }
}
