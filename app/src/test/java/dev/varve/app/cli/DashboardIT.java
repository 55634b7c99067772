package dev.varve.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The sample dashboard asks for meters that a running server has. */
class DashboardIT {

    private static final Pattern METER = Pattern.compile("\\b([a-z]+(?:_[a-z]+)+)\\{");

    @TempDir
    Path temporary;

    @Test
    void every_meter_of_the_dashboard_is_there() throws Exception {
        Set<String> asked = new TreeSet<>();
        for (JsonNode expression : expressions()) {
            Matcher meter = METER.matcher(expression.asString());
            while (meter.find()) {
                asked.add(meter.group(1));
            }
        }
        assertThat(asked).hasSizeGreaterThan(20);

        try (ServerProcess server = ServerProcess.start(
                temporary, "demo", "--data-dir", temporary.resolve("data").toString(), "--port", "0")) {
            server.get("/actuator/health");
            Set<String> measured = server.get("/actuator/prometheus")
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("[{ ]", 2)[0])
                    .collect(Collectors.toSet());

            assertThat(measured).containsAll(asked);
        }
    }

    private static List<JsonNode> expressions() throws Exception {
        Path dashboard = Path.of(System.getProperty("user.dir")).resolveSibling("docs/dashboards/varve.json");
        return JsonMapper.shared().readTree(Files.readAllBytes(dashboard)).findValues("expr");
    }
}
