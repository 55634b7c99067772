package dev.varve.clinical.command.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AudioFormatTest {

    private static byte[] head(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    @ParameterizedTest
    @CsvSource({
        "1a45dfa39f4286810142f7810142f28104, WEBM, audio/webm",
        "4f67675300020000, OGG, application/ogg",
        "52494646a4000000574156456d, WAV, audio/x-wav",
        "664c614300000022, FLAC, audio/flac",
        "00000020667479704d344120, MP4, audio/x-m4a",
        "6361666600010000, CAF, audio/x-caf",
        "2321414d520a, AMR, audio/amr",
        "fff15080, AAC, audio/aac",
        "fffb9064, MP3, audio/mpeg",
        "494433040000, MP3, audio/mp3"
    })
    void is_told_by_the_first_bytes_and_goes_by_several_names(String hex, AudioFormat format, String name) {
        assertThat(AudioFormat.of(head(hex))).hasValue(format);
        assertThat(format.isCalled(name)).isTrue();
        assertThat(format.isCalled("application/octet-stream")).isTrue();
        assertThat(format.isCalled("text/html")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"25504446", "52494646a400000041564920", "ff", "ffd8ffe0", "52494646", "3c68746d6c3e"})
    void is_not_told_of_other_things(String hex) {
        assertThat(AudioFormat.of(head(hex))).isEmpty();
    }

    @Test
    void is_not_told_of_nothing() {
        assertThat(AudioFormat.of(new byte[0])).isEmpty();
    }
}
