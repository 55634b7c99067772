package dev.varve.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;

/** The architecture of everything that is built, each rule shown to bite in {@link ArchitectureRulesTest}. */
@AnalyzeClasses(packages = "dev.varve", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    private static final ArchitectureRules RULES = new ArchitectureRules("dev.varve");

    @ArchTest
    static final ArchRule events_are_plain_java = RULES.eventsArePlainJava();

    @ArchTest
    static final ArchRule commands_do_not_query = RULES.commandsDoNotQuery();

    @ArchTest
    static final ArchRule queries_do_not_command = RULES.queriesDoNotCommand();

    @ArchTest
    static final ArchRule queries_cannot_append = RULES.queriesCannotAppend();

    @ArchTest
    static final ArchRule contexts_meet_only_through_events = RULES.contextsMeetOnlyThroughEvents();

    @ArchTest
    static final ArchRule clinical_and_transit_do_not_know_each_other =
            RULES.contextsDoNotKnowEachOther("clinical", "transit");

    @ArchTest
    static final ArchRule public_messages_carry_nothing_personal = RULES.publicMessagesCarryNothingPersonal();

    @ArchTest
    static final ArchRule what_handles_personal_texts_does_not_log = RULES.whatHandlesPersonalTextsDoesNotLog();

    @ArchTest
    static final ArchRule exceptions_carry_nothing_personal = RULES.exceptionsCarryNothingPersonal();

    @ArchTest
    static final ArchRule the_engine_knows_no_context = RULES.theEngineKnowsNoContext();

    @ArchTest
    static final ArchRule what_contexts_share_knows_no_context = RULES.whatContextsShareKnowsNoContext();

    @ArchTest
    static final ArchRule nothing_depends_on_the_app = RULES.nothingDependsOnTheApp();

    @ArchTest
    static final ArchRule the_app_names_no_context = RULES.theAppNamesNoContext();

    @ArchTest
    static final ArchRule packages_are_free_of_cycles = RULES.packagesAreFreeOfCycles();

    @ArchTest
    static final ArchRule time_and_chance_are_injected = RULES.timeAndChanceAreInjected();

    @ArchTest
    static final ArchRule only_the_command_line_prints = RULES.onlyTheCommandLinePrints();

    @ArchTest
    static final ArchRule names_say_something = RULES.namesSaySomething();

    @ArchTest
    static final ArchRule beans_of_libraries_have_names_of_their_own = RULES.beansOfLibrariesHaveNamesOfTheirOwn();

    @ArchTest
    static final ArchRule contexts_query_without_sql_text = RULES.contextsQueryWithoutSqlText();

    @ArchTest
    static final ArchRule every_package_is_null_marked = RULES.everyPackageIsNullMarked();

    @ArchTest
    static void every_context_has_the_same_shape(JavaClasses classes) {
        assertThat(RULES.contexts(classes)).isNotEmpty().allSatisfy(context -> {
            assertThat(Path.of("../migrations/src/main/resources/varve/migration", context))
                    .isDirectoryContaining("glob:**/V1__*.sql");
            assertThat(Path.of("../docs/contexts", context + ".md")).isRegularFile();
        });
    }
}
