package dev.varve.personal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.events.PersonalText;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PersonalDataTest {

    private static final String FIRST_KEY = Base64.getEncoder().encodeToString(new byte[32]);
    private static final String SECOND_KEY = Base64.getEncoder().encodeToString(filled((byte) 7));
    private static final String TRANSCRIPT = "Metformin 500 mg, zweimal täglich";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @SuppressWarnings("NullAway.Init") // made before each test
    private PersonalData node;

    @SuppressWarnings("NullAway.Init") // made before each test
    private String subject;

    @BeforeEach
    void open_the_folder() {
        node = node(FIRST_KEY);
        subject = node.subject("patient", "patient-123");
    }

    @Test
    void what_was_sealed_opens_on_every_node() {
        PersonalText sealed = node.seal(subject, TRANSCRIPT);

        assertThat(node(FIRST_KEY).open(sealed)).contains(TRANSCRIPT);
        assertThat(node(FIRST_KEY).subject("patient", "patient-123")).isEqualTo(subject);
    }

    @Test
    void one_person_is_another_in_another_role() {
        assertThat(node.subject("learner", "patient-123")).isNotEqualTo(subject);
    }

    @Test
    void neither_the_sealed_form_nor_the_folder_shows_the_text_or_the_person() throws Exception {
        PersonalText sealed = node.seal(subject, TRANSCRIPT);

        assertThat(sealed.sealed()).doesNotContain("Metformin");
        assertThat(sealed.toString()).doesNotContain(sealed.sealed());
        for (Path file : files()) {
            assertThat(file.toString() + new String(Files.readAllBytes(file), UTF_8))
                    .doesNotContain("patient-123")
                    .doesNotContain("Metformin");
        }
    }

    @Test
    void keys_made_together_are_the_ones_that_every_node_uses_and_none_of_the_erased() {
        PersonalText before = node.seal(subject, TRANSCRIPT);
        String erased = node.subject("patient", "erased");
        node.seal(erased, TRANSCRIPT);
        node.erase(erased);
        Set<String> subjects = IntStream.range(0, 100)
                .mapToObj(number -> node.subject("patient", "new " + number))
                .collect(Collectors.toSet());
        PersonalData other = node(FIRST_KEY);

        other.makeKeys(
                Stream.concat(subjects.stream(), Stream.of(subject, erased)).collect(Collectors.toSet()));

        assertThat(subjects)
                .allMatch(node::known)
                .allSatisfy(each ->
                        assertThat(node.open(other.seal(each, TRANSCRIPT))).contains(TRANSCRIPT));
        assertThat(other.open(before)).contains(TRANSCRIPT);
        assertThat(other.keyRemains(erased)).isFalse();
    }

    @Test
    void an_erasure_is_seen_at_once_by_nodes_that_had_the_key_open() {
        PersonalData other = node(FIRST_KEY);
        PersonalText sealed = node.seal(subject, TRANSCRIPT);
        assertThat(other.open(sealed)).contains(TRANSCRIPT);

        assertThat(node.erase(subject)).isTrue();

        assertThat(node.open(sealed)).isEmpty();
        assertThat(other.open(sealed)).isEmpty();
        assertThatThrownBy(() -> other.seal(subject, TRANSCRIPT))
                .isInstanceOf(ErasedSubjectException.class)
                .hasMessageContaining(subject);
        assertThat(other.erased(subject)).isTrue();
    }

    @Test
    void an_erasure_leaves_others_alone_and_may_be_repeated() {
        PersonalText theirs = node.seal(node.subject("patient", "patient-124"), TRANSCRIPT);
        node.seal(subject, TRANSCRIPT);

        assertThat(node.erase(subject)).isTrue();
        assertThat(node.erase(subject)).isFalse();

        assertThat(node.open(theirs)).contains(TRANSCRIPT);
    }

    @Test
    void a_text_cannot_be_passed_off_as_another_persons() {
        PersonalText sealed = node.seal(subject, TRANSCRIPT);
        String other = node.subject("patient", "patient-124");
        node.seal(other, "anything");

        assertThatThrownBy(() -> node.open(new PersonalText(other, sealed.sealed())))
                .isInstanceOf(KeyFolderException.class)
                .hasMessageNotContaining("Metformin");
    }

    @Test
    void a_stream_is_read_from_any_place() throws Exception {
        byte[] audio = new byte[3_000_000];
        new Random(1).nextBytes(audio);
        Path file = folder.resolve("audio");
        try (OutputStream out = node.sealing(subject, Files.newOutputStream(file))) {
            out.write(audio);
        }

        try (SeekableByteChannel channel =
                node.open(subject, Files.newByteChannel(file)).orElseThrow()) {
            assertThat(channel.size()).isEqualTo(audio.length);
            channel.position(2_000_000);
            ByteBuffer part = ByteBuffer.allocate(100);
            assertThat(channel.read(part)).isEqualTo(100);
            assertThat(part.array()).isEqualTo(Arrays.copyOfRange(audio, 2_000_000, 2_000_100));
        }
        node.erase(subject);
        try (SeekableByteChannel sealed = Files.newByteChannel(file)) {
            assertThat(node.open(subject, sealed)).isEmpty();
        }
    }

    @Test
    void the_key_encryption_key_is_rotated_without_touching_what_was_sealed() {
        PersonalText sealed = node.seal(subject, TRANSCRIPT);

        assertThat(node(SECOND_KEY, FIRST_KEY).sealKeysAgain()).isEqualTo(1);

        assertThat(node(SECOND_KEY).open(sealed)).contains(TRANSCRIPT);
        assertThat(node(SECOND_KEY).subject("patient", "patient-123")).isEqualTo(subject);
        assertThatThrownBy(() -> node(FIRST_KEY))
                .isInstanceOf(KeyFolderException.class)
                .hasMessageContaining("key encryption key that is not given");
    }

    @Test
    void an_erasure_that_died_before_the_key_was_gone_counts() throws Exception {
        PersonalText sealed = node.seal(subject, TRANSCRIPT);
        Path key = keyOf(subject);
        byte[] left = Files.readAllBytes(key);
        node.erase(subject);
        Files.write(key, left);

        assertThat(node.open(sealed)).isEmpty();
        assertThat(node(FIRST_KEY).open(sealed)).isEmpty();
        assertThat(node.sealKeysAgain()).isZero();
        assertThat(key).doesNotExist();
    }

    @Test
    void a_key_that_is_being_overwritten_counts_as_erased() throws Exception {
        PersonalText sealed = node.seal(subject, TRANSCRIPT);
        Path key = keyOf(subject);
        node.erase(subject);
        Files.write(key, new byte[300]);

        assertThat(node(FIRST_KEY).open(sealed)).isEmpty();
    }

    @Test
    void a_lost_pepper_is_not_replaced_by_another_one() throws Exception {
        node.seal(subject, TRANSCRIPT);
        Files.delete(folder.resolve("keys/pepper"));

        assertThatThrownBy(() -> node(FIRST_KEY))
                .isInstanceOf(KeyFolderException.class)
                .hasMessageContaining("bring it back");
        assertThatThrownBy(node::check).isInstanceOf(KeyFolderException.class);
    }

    @Test
    void another_folder_in_its_place_is_noticed() throws Exception {
        node.check();
        Files.delete(folder.resolve("keys/pepper"));
        node(FIRST_KEY);

        assertThatThrownBy(node::check).hasMessageContaining("is not the folder that was opened");
    }

    @Test
    void a_subject_is_no_path() {
        assertThatThrownBy(() -> node.erase("../../../../etc/passwd")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keys_are_counted_by_opening_them() throws Exception {
        node.seal(subject, TRANSCRIPT);
        node.seal(node.subject("patient", "patient-124"), TRANSCRIPT);
        node.erase(subject);

        assertThat(node.count()).isEqualTo(new KeyCount(1, 1));
    }

    @Test
    void settings_name_all_that_is_wrong_and_no_secret() {
        assertThatThrownBy(() -> new PersonalDataSettings(folder, List.of(FIRST_KEY, "c2hvcnQ="), Path.of("file")))
                .hasMessage("varve.personal-data.key-encryption-keys[1] must be 32 bytes in Base64;"
                        + " varve.personal-data.key-encryption-keys and key-encryption-key-file exclude each other");
    }

    @Test
    void without_a_key_encryption_key_one_is_made_once() throws Exception {
        PersonalDataSettings settings = new PersonalDataSettings(folder.resolve("made"), List.of(), null);
        assertThat(PersonalData.existsIn(settings)).isFalse();
        PersonalText sealed = PersonalData.in(settings).seal(subject, TRANSCRIPT);

        assertThat(PersonalData.in(settings).open(sealed)).contains(TRANSCRIPT);
        Files.delete(folder.resolve("made/key-encryption.keys"));
        assertThatThrownBy(() -> PersonalData.in(settings)).isInstanceOf(KeyFolderException.class);
        assertThat(folder.resolve("made/key-encryption.keys")).doesNotExist();
    }

    @Test
    void threads_and_nodes_that_come_at_once_make_one_key() throws Exception {
        List<PersonalData> nodes = List.of(node, node(FIRST_KEY), node(FIRST_KEY), node(FIRST_KEY));
        List<Callable<PersonalText>> seals = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            PersonalData one = nodes.get(i % nodes.size());
            seals.add(() -> one.seal(subject, TRANSCRIPT));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<PersonalText> sealed : threads.invokeAll(seals)) {
                assertThat(node.open(sealed.get())).contains(TRANSCRIPT);
            }
        }
    }

    @Test
    void a_key_encryption_key_that_is_none_is_refused_without_repeating_it() {
        assertThatThrownBy(() -> node("c2hvcnQ="))
                .hasMessage("a key encryption key has 5 bytes and must have 32")
                .hasMessageNotContaining("c2hvcnQ=");
        assertThatThrownBy(() -> node("no base64!")).hasMessage("a key encryption key is not Base64");
    }

    private PersonalData node(String... keys) {
        return new PersonalData(new KeyFolder(folder.resolve("keys"), KeyEncryption.of(List.of(keys))));
    }

    private Path keyOf(String subject) {
        return folder.resolve("keys").resolve(subject.substring(0, 2)).resolve(subject + ".key");
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] filled(byte value) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, value);
        return bytes;
    }
}
