package dev.varve.personal.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.personal.ErasedSubjectException;
import dev.varve.personal.PersonalData;
import dev.varve.personal.PersonalDataSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PersonalFilesTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final long LIMIT = 4_000_000;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @SuppressWarnings("NullAway.Init") // made before each test
    private PersonalData personalData;

    @SuppressWarnings("NullAway.Init") // made before each test
    private PersonalFiles files;

    @SuppressWarnings("NullAway.Init") // made before each test
    private String patient;

    @BeforeEach
    void open_the_store() {
        personalData = PersonalData.in(new PersonalDataSettings(folder.resolve("keys"), List.of(), null));
        files = new FolderPersonalFiles(folder.resolve("files"), LIMIT, personalData, Clock.fixed(NOW, ZoneOffset.UTC));
        patient = personalData.subject("patient", "patient-123");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 1_048_576, 3_000_001})
    void what_is_kept_is_read_from_any_place(int length) throws Exception {
        byte[] audio = audio(length);

        StoredFile stored = keep(patient, audio);

        assertThat(stored.size()).isEqualTo(length);
        try (SeekableByteChannel channel =
                files.open(patient, stored.contentId()).orElseThrow()) {
            assertThat(channel.size()).isEqualTo(length);
            channel.position(length / 2);
            ByteBuffer rest = ByteBuffer.allocate(length);
            while (channel.read(rest) >= 0) {
                // to the end
            }
            assertThat(Arrays.copyOf(rest.array(), rest.position()))
                    .isEqualTo(Arrays.copyOfRange(audio, length / 2, length));
        }
    }

    @Test
    void the_same_bytes_are_one_file_of_a_person_and_cannot_be_linked_to_those_of_another() throws Exception {
        byte[] audio = audio(5_000);
        String other = personalData.subject("patient", "patient-124");

        StoredFile first = keep(patient, audio);
        StoredFile again = keep(patient, audio);
        StoredFile theirs = keep(other, audio);

        assertThat(again).isEqualTo(first);
        assertThat(theirs.contentId()).isNotEqualTo(first.contentId());
        assertThat(stored()).hasSize(2);
        assertThat(files.open(other, first.contentId())).isEmpty();
    }

    @Test
    void nothing_lies_in_the_clear_also_while_it_comes_in() throws Exception {
        byte[] secret = "unmistakable-audio-bytes"
                .repeat(200_000)
                .substring(0, 3_500_000)
                .getBytes(ISO_8859_1);
        try (IncomingFile incoming = files.receive()) {
            incoming.write(secret);
            assertThat(everything()).doesNotContain("unmistakable");
            incoming.keep(patient);
        }
        assertThat(everything()).doesNotContain("unmistakable").doesNotContain("patient-123");
    }

    @Test
    void what_is_not_kept_leaves_nothing() throws Exception {
        try (IncomingFile incoming = files.receive()) {
            incoming.write(audio(2_000_000));
        }

        assertThat(stored()).isEmpty();
    }

    @Test
    void too_much_is_refused_and_leaves_nothing() throws Exception {
        try (IncomingFile incoming = files.receive()) {
            incoming.write(audio((int) LIMIT));
            assertThatThrownBy(() -> incoming.write(1)).isInstanceOf(FileTooLargeException.class);
        }

        assertThat(stored()).isEmpty();
    }

    @Test
    void what_a_dead_process_left_behind_is_removed_when_it_is_old() throws Exception {
        Path dead = Files.createDirectories(folder.resolve("files/unfinished")).resolve("file-1");
        Files.write(dead, audio(100));
        Path living = Files.write(dead.resolveSibling("file-2"), audio(100));
        Files.setLastModifiedTime(dead, FileTime.from(NOW.minus(Duration.ofHours(25))));
        Files.setLastModifiedTime(living, FileTime.from(NOW.minus(Duration.ofHours(1))));

        assertThat(files.removeUnfinished(Duration.ofHours(24))).isEqualTo(new FileCount(1, 100));

        assertThat(dead).doesNotExist();
        assertThat(living).exists();
    }

    @Test
    void an_erasure_makes_files_unreadable_and_removes_them() throws Exception {
        StoredFile stored = keep(patient, audio(1_000));
        keep(patient, audio(2_000));
        String other = personalData.subject("patient", "patient-124");
        StoredFile theirs = keep(other, audio(1_000));

        personalData.erase(patient);
        assertThat(files.open(patient, stored.contentId())).isEmpty();
        FileCount removed = files.removeAll(patient);

        assertThat(removed.files()).isEqualTo(2);
        assertThat(stored()).hasSize(1);
        assertThat(files.open(other, theirs.contentId())).isPresent().get().satisfies(SeekableByteChannel::close);
        assertThat(files.removeAll(patient)).isEqualTo(FileCount.NONE);
    }

    @Test
    void a_file_whose_person_is_erased_meanwhile_is_not_kept() throws Exception {
        personalData.seal(patient, "known");
        try (IncomingFile incoming = files.receive()) {
            incoming.write(audio(10_000));
            personalData.erase(patient);
            assertThatThrownBy(() -> incoming.keep(patient)).isInstanceOf(ErasedSubjectException.class);
        }

        assertThat(stored()).isEmpty();
    }

    @Test
    void a_changed_byte_is_noticed() throws Exception {
        StoredFile stored = keep(patient, audio(1_000));
        Path file = stored().getFirst();
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 20] ^= 1;
        Files.write(file, bytes);

        assertThatThrownBy(() -> files.open(patient, stored.contentId())).isInstanceOf(IOException.class);
    }

    @Test
    void the_head_tells_what_it_is() throws Exception {
        try (IncomingFile incoming = files.receive()) {
            incoming.write('R');
            incoming.write("IFF....WAVE".getBytes(ISO_8859_1));
            assertThat(new String(incoming.head(), ISO_8859_1)).isEqualTo("RIFF....WAVE");
            incoming.write(audio(1_000));
            assertThat(incoming.head()).hasSize(64);
        }
    }

    private StoredFile keep(String subject, byte[] bytes) throws IOException {
        try (IncomingFile incoming = files.receive()) {
            incoming.write(bytes);
            String contentId = incoming.contentId(subject);
            StoredFile kept = incoming.keep(subject);
            assertThat(kept.contentId()).isEqualTo(contentId);
            return kept;
        }
    }

    private List<Path> stored() throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("files"))) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private String everything() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path file : paths.filter(Files::isRegularFile).toList()) {
                all.append(file).append(new String(Files.readAllBytes(file), ISO_8859_1));
            }
        }
        return all.toString();
    }

    private static byte[] audio(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
