package dev.varve.app.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.outbox.contract.AsyncApi;
import dev.varve.outbox.contract.MessageContract;
import dev.varve.outbox.contract.MessageContracts;
import dev.varve.outbox.contract.MessageSchemas;
import dev.varve.outbox.contract.SchemaChanges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What others rely on, as it is tracked in {@code docs}. To change it on purpose, and compatibly: {@code ./mvnw -pl app -am
 * test -Dtest=PublicMessagesTest -Dsurefire.failIfNoSpecifiedTests=false -Dvarve.write-contracts}.
 */
class PublicMessagesTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Path DOCS = Path.of("..", "docs");
    private static final Path TRACKED = DOCS.resolve("messages");
    private static final boolean WRITE = System.getProperty("varve.write-contracts") != null;

    private final MessageContracts contracts = new MessageTypes().messageContracts();
    private final MessageSchemas schemas = new MessageSchemas();

    @Test
    void no_message_changes_in_a_way_that_breaks_its_consumers() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path file : tracked()) {
            String type = file.getFileName().toString().replace(".schema.json", "");
            MessageContract contract = contracts.all().stream()
                    .filter(each -> each.type().equals(type))
                    .findFirst()
                    .orElse(null);
            if (contract == null) {
                broken.add(type + " was removed");
            } else {
                SchemaChanges.breaking(JSON.readTree(Files.readString(file)), schemas.of(contract)).stream()
                        .map(change -> type + ": " + change)
                        .forEach(broken::add);
            }
        }
        assertThat(broken).as("make a new version instead, beside the old one").isEmpty();
    }

    @Test
    void every_message_has_the_schema_that_is_tracked() throws IOException {
        assertThat(contracts.all()).isNotEmpty();
        for (MessageContract contract : contracts.all()) {
            compare(TRACKED.resolve(contract.type() + ".schema.json"), schemas.of(contract));
        }
        assertThat(tracked()).hasSameSizeAs(contracts.all());
    }

    @Test
    void the_document_of_all_messages_is_the_one_that_is_tracked() throws IOException {
        compare(DOCS.resolve("asyncapi.json"), new AsyncApi(contracts, schemas).document());
    }

    private static List<Path> tracked() throws IOException {
        if (!Files.isDirectory(TRACKED)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(TRACKED)) {
            return files.filter(file -> file.toString().endsWith(".schema.json"))
                    .sorted()
                    .toList();
        }
    }

    private static void compare(Path file, ObjectNode made) throws IOException {
        String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(made) + "\n";
        if (WRITE) {
            Files.createDirectories(file.getParent());
            JsonNode before = Files.exists(file) ? JSON.readTree(Files.readString(file)) : JSON.createObjectNode();
            boolean schema = file.toString().endsWith(".schema.json");
            assertThat(schema && Files.exists(file) ? SchemaChanges.breaking(before, made) : List.of())
                    .isEmpty();
            Files.writeString(file, text);
        }
        assertThat(file).as("written with -Dvarve.write-contracts").exists().hasContent(text);
    }
}
