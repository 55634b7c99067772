package dev.varve.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A rule that cannot fail is no rule: each one meets the small code base {@code violations}, which breaks them all. */
class ArchitectureRulesTest {

    private static final ArchitectureRules RULES = new ArchitectureRules("violations");
    private static final JavaClasses VIOLATIONS = new ClassFileImporter().importPackages("violations");

    static List<Arguments> rules() {
        return List.of(
                violated("events are plain Java", RULES.eventsArePlainJava(), "DependsOnSpring"),
                violated("commands do not query", RULES.commandsDoNotQuery(), "CommandThatReads"),
                violated("queries do not command", RULES.queriesDoNotCommand(), "QueryThatWrites"),
                violated("queries cannot append", RULES.queriesCannotAppend(), "Log.append()"),
                violated("contexts meet only through events", RULES.contextsMeetOnlyThroughEvents(), "MeddlingService"),
                violated(
                        "contexts do not know each other",
                        RULES.contextsDoNotKnowEachOther("first", "second"),
                        "MeddlingService"),
                violated(
                        "messages carry nothing personal",
                        RULES.publicMessagesCarryNothingPersonal(),
                        "MessageAboutAPerson"),
                violated(
                        "what handles personal texts does not log",
                        RULES.whatHandlesPersonalTextsDoesNotLog(),
                        "TalkativeHandler"),
                violated(
                        "exceptions carry nothing personal",
                        RULES.exceptionsCarryNothingPersonal(),
                        "ExceptionAboutAPerson"),
                violated("the engine knows no context", RULES.theEngineKnowsNoContext(), "ProjectionOfOneContext"),
                violated(
                        "what contexts share knows no context",
                        RULES.whatContextsShareKnowsNoContext(),
                        "SharedByOneContext"),
                violated("nothing depends on the app", RULES.nothingDependsOnTheApp(), "ProjectionOfOneContext"),
                violated("the app names no context", RULES.theAppNamesNoContext(), "Main"),
                violated("packages are free of cycles", RULES.packagesAreFreeOfCycles(), "Cycle detected"),
                violated("time is injected", RULES.timeAndChanceAreInjected(), "Instant.now()"),
                violated("chance is injected", RULES.timeAndChanceAreInjected(), "UUID.randomUUID()"),
                violated("only the command line prints", RULES.onlyTheCommandLinePrints(), "System.out"),
                violated("names say something", RULES.namesSaySomething(), "MeddlingService"),
                violated(
                        "beans of libraries have names of their own",
                        RULES.beansOfLibrariesHaveNamesOfTheirOwn(),
                        "LibraryConfiguration.log()"),
                violated("no SQL through JDBC", RULES.contextsQueryWithoutSqlText(), "Statement.executeQuery"),
                violated("no SQL through jOOQ", RULES.contextsQueryWithoutSqlText(), "DSLContext.fetch"),
                violated("packages are @NullMarked", RULES.everyPackageIsNullMarked(), "violations.first.command"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void a_violation_is_found_and_named(ArchRule rule, String offender) {
        var result = rule.evaluate(VIOLATIONS);

        assertThat(result.hasViolation()).isTrue();
        assertThat(result.getFailureReport().toString()).contains(offender);
    }

    @Test
    void contexts_are_found_by_their_events() {
        assertThat(RULES.contexts(VIOLATIONS)).containsExactly("first");
    }

    private static Arguments violated(String name, ArchRule rule, String offender) {
        return Arguments.of(Named.of(name, rule), offender);
    }
}
