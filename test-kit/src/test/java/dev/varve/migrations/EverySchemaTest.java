package dev.varve.migrations;

import static java.util.regex.Pattern.DOTALL;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schemas that are shipped, whichever they are. */
class EverySchemaTest {

    private static final MigrationFiles FILES = new MigrationFiles(Migrations.LOCATION);

    /** What it does to tables that are in use: who waits, and how long. */
    private static final Pattern LIVE =
            Pattern.compile("\\A(-- [^\n]*\n)*?-- On a live table: [^\n]*(lock|waits)[^\n]*\n.*", DOTALL);

    static List<String> schemas() {
        return FILES.schemas();
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void files_are_numbered_without_gaps_and_say_how_they_run_on_a_live_table(String schema) {
        int expected = 1;
        for (MigrationPair pair : FILES.pairs(schema)) {
            assertThat(pair.version()).as(pair.upFile()).isEqualTo(expected++);
            assertThat(pair.up()).as(pair.upFile()).matches(LIVE);
        }
    }

    /** An older schema has them, too, so they may name only what is looked up when they are called. */
    @ParameterizedTest
    @MethodSource("schemas")
    void repeatable_files_replace_one_function_each_that_goes_with_version_1(String schema) {
        String down = FILES.pairs(schema).getFirst().down();
        FILES.repeatables(schema).forEach((file, text) -> {
            String function = schema + "." + file.substring("R__".length(), file.length() - ".sql".length());
            assertThat(text)
                    .as(file)
                    .startsWith("--")
                    .containsOnlyOnce("CREATE OR REPLACE FUNCTION ")
                    .contains("CREATE OR REPLACE FUNCTION " + function + "(", "LANGUAGE plpgsql");
            assertThat(down).as(file).contains("DROP FUNCTION IF EXISTS " + function + ";");
        });
    }

    /** A build that was cut off leaves an index that is there and not valid. */
    @ParameterizedTest
    @MethodSource("schemas")
    void an_index_that_is_built_beside_the_traffic_is_dropped_before(String schema) {
        for (MigrationPair pair : FILES.pairs(schema)) {
            if (pair.up().contains("INDEX CONCURRENTLY")) {
                assertThat(pair.up()).as(pair.upFile()).contains("DROP INDEX CONCURRENTLY IF EXISTS ");
            }
        }
    }
}
