package dev.varve.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * Which module may stand on which, as the poms say it. The package rules see only what is called; a dependency that is
 * declared and not yet used is caught here.
 */
class ModuleDependenciesTest {

    private static final String OURS = "dev.varve";

    /** Every module that is shipped; one that is missing here fails the test, so that its place is thought about. */
    private static final Map<String, Set<String>> ALLOWED = Map.ofEntries(
            Map.entry("shared-events", Set.of()),
            Map.entry("migrations", Set.of()),
            Map.entry("test-kit", Set.of("migrations")),
            Map.entry("personal-data", Set.of("shared-events")),
            Map.entry("event-store", Set.of("migrations")),
            Map.entry("outbox", Set.of("event-store")),
            Map.entry("projection", Set.of("event-store", "migrations")),
            Map.entry("command-side", Set.of("shared-events", "personal-data", "event-store", "outbox")),
            Map.entry("query-side", Set.of("shared-events", "personal-data", "projection")),
            Map.entry(
                    "app",
                    Set.of(
                            "shared-events",
                            "personal-data",
                            "migrations",
                            "event-store",
                            "outbox",
                            "projection",
                            "command-side",
                            "query-side")),
            Map.entry(
                    "benchmarks",
                    Set.of(
                            "app",
                            "shared-events",
                            "personal-data",
                            "event-store",
                            "outbox",
                            "projection",
                            "query-side",
                            "migrations",
                            "test-kit")));

    @Test
    void a_module_stands_only_on_what_is_below_it() throws Exception {
        for (String module : modules()) {
            assertThat(ALLOWED).as("the place of module %s", module).containsKey(module);
            assertThat(ALLOWED.get(module)).as("what %s may depend on", module).containsAll(dependencies(module));
        }
    }

    private static List<String> modules() throws Exception {
        List<String> modules = new ArrayList<>();
        for (Element module : elements(pom("."), "module")) {
            modules.add(module.getTextContent());
        }
        assertThat(modules).contains("app");
        return modules;
    }

    private static Set<String> dependencies(String module) throws Exception {
        Set<String> found = new TreeSet<>();
        for (Element dependency : elements(pom(module), "dependency")) {
            if (OURS.equals(text(dependency, "groupId")) && !"test".equals(text(dependency, "scope"))) {
                found.add(text(dependency, "artifactId").replaceFirst("^varve-", ""));
            }
        }
        return found;
    }

    private static Element pom(String module) throws Exception {
        try (var in = Files.newInputStream(Path.of("..", module, "pom.xml"))) {
            return DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(in)
                    .getDocumentElement();
        }
    }

    private static List<Element> elements(Element parent, String name) {
        NodeList nodes = parent.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    private static String text(Element parent, String name) {
        Node node = parent.getElementsByTagName(name).item(0);
        return node == null ? "" : node.getTextContent().strip();
    }
}
