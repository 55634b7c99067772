package dev.varve.app;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.all;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.lang.AbstractClassesTransformer;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.springframework.context.annotation.Bean;

/**
 * The architecture as rules over the packages below one root. They name no context, so a new one is covered the moment
 * its packages exist; the root is a parameter so that {@link ArchitectureRulesTest} can show each rule a violation.
 */
final class ArchitectureRules {

    /** The engine's own packages below the root; every other package that has events is a context. */
    private static final List<String> ENGINE = List.of("eventstore", "outbox", "projection", "migrations", "personal");

    private static final Pattern SAYS_NOTHING =
            Pattern.compile(".+(Impl|Manager|Helper|Utils?|Base|Service|Dto|DTO|V2)|Abstract[A-Z].*|I[A-Z][a-z].*");

    /** Where a bean stands in the place of one of Axon's. */
    private static final String BEANS_OF_AXON = "serializer|eventSerializer|eventStorageEngine|eventStore|tokenStore"
            + "|aggregateSnapshotter|commandBus|commandGateway|persistenceExceptionResolver|deadLetterSchema|usagePropertyProvider";

    private static final Set<String> WALL_CLOCK = Set.of("now", "currentTimeMillis", "systemUTC", "systemDefaultZone");

    private final String root;

    ArchitectureRules(String root) {
        this.root = root;
    }

    private String events() {
        return root + ".*.events..";
    }

    private String[] command() {
        return new String[] {root + ".command..", root + ".*.command.."};
    }

    private String[] query() {
        return new String[] {root + ".query..", root + ".*.query.."};
    }

    private String[] engine() {
        return ENGINE.stream().map(module -> root + "." + module + "..").toArray(String[]::new);
    }

    private String app() {
        return root + ".app..";
    }

    ArchRule eventsArePlainJava() {
        return classes()
                .that()
                .resideInAnyPackage(events(), root + ".events..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.jspecify..", events(), root + ".events..")
                .because("what happened outlives every framework");
    }

    ArchRule commandsDoNotQuery() {
        return noClasses()
                .that()
                .resideInAnyPackage(command())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(query())
                .allowEmptyShould(true)
                .because("a decision is made from the stream, never from a read model");
    }

    ArchRule queriesDoNotCommand() {
        return noClasses()
                .that()
                .resideInAnyPackage(query())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(command())
                .allowEmptyShould(true)
                .because("a read model is made from events and changes nothing");
    }

    ArchRule queriesCannotAppend() {
        return noClasses()
                .that()
                .resideInAnyPackage(query())
                .should()
                .dependOnClassesThat()
                .resideInAPackage(root + ".eventstore..")
                .allowEmptyShould(true)
                .because("only commands write to the log");
    }

    ArchRule contextsMeetOnlyThroughEvents() {
        return slices().matching(root + ".(*).[command|query]..")
                .should()
                .notDependOnEachOther()
                .allowEmptyShould(true)
                .because("a context is added and removed without touching another");
    }

    ArchRule publicMessagesCarryNothingPersonal() {
        return noClasses()
                .that()
                .resideInAPackage("..messages..")
                .should()
                .dependOnClassesThat()
                .haveSimpleName("PersonalText")
                .because("a message is kept by consumers that no erasure reaches");
    }

    ArchRule whatHandlesPersonalTextsDoesNotLog() {
        return noClasses()
                .that(dependOnPersonalText())
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.slf4j..")
                .because("a log line is kept where no erasure reaches");
    }

    ArchRule exceptionsCarryNothingPersonal() {
        return noClasses()
                .that()
                .areAssignableTo(Throwable.class)
                .should()
                .dependOnClassesThat()
                .haveSimpleName("PersonalText")
                .because("what is thrown ends in logs and answers");
    }

    private static DescribedPredicate<JavaClass> dependOnPersonalText() {
        return describe(
                "depend on PersonalText",
                type -> type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(dependency ->
                                dependency.getTargetClass().getSimpleName().equals("PersonalText")));
    }

    /** For two contexts that have nothing to do with each other, not even through events. */
    ArchRule contextsDoNotKnowEachOther(String one, String other) {
        return slices().matching(root + ".(" + one + "|" + other + ")..")
                .should()
                .notDependOnEachOther()
                .because("%s and %s have nothing to do with each other".formatted(one, other));
    }

    ArchRule theEngineKnowsNoContext() {
        return noClasses()
                .that()
                .resideInAnyPackage(engine())
                .should()
                .dependOnClassesThat(describe(
                        "belong to a context or to the shared command and query side",
                        type -> isOfAContext(type) || inAny(type, ".command", ".query")))
                .because("the engine carries contexts that it has never heard of");
    }

    ArchRule whatContextsShareKnowsNoContext() {
        return noClasses()
                .that()
                .resideInAnyPackage(root + ".events..", root + ".command..", root + ".query..")
                .should()
                .dependOnClassesThat(describe("belong to a context", this::isOfAContext))
                .allowEmptyShould(true)
                .because("a context is added without editing what the others stand on");
    }

    ArchRule nothingDependsOnTheApp() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(app())
                .should()
                .dependOnClassesThat()
                .resideInAPackage(app())
                .because("the app is where everything is put together");
    }

    ArchRule theAppNamesNoContext() {
        return noClasses()
                .that()
                .resideInAPackage(app())
                .should()
                .dependOnClassesThat(describe("belong to a context", this::isOfAContext))
                .because("a new context must not need a change of the app");
    }

    ArchRule packagesAreFreeOfCycles() {
        return slices().matching(root + ".(**)").should().beFreeOfCycles();
    }

    ArchRule timeAndChanceAreInjected() {
        return noClasses()
                .that()
                .resideOutsideOfPackages(app(), root + ".testkit..", "..autoconfigure..")
                .should()
                .callCodeUnitWhere(describe("reads the wall clock or rolls dice", ArchitectureRules::isTimeOrChance))
                .because("a test must be able to say what time it is and which id comes next");
    }

    ArchRule onlyTheCommandLinePrints() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(root + ".app.cli..")
                .and()
                .haveNameNotMatching(".*\\.Progress(\\$\\w+)?")
                .should()
                .accessFieldWhere(describe(
                        "is System.out or System.err",
                        (JavaAccess<?> access) -> access.getTargetOwner().isEquivalentTo(System.class)
                                && Set.of("out", "err").contains(access.getName())))
                .because("a log line has a level, a time and a place; only a progress bar needs the terminal itself");
    }

    ArchRule namesSaySomething() {
        return noClasses().that().resideOutsideOfPackage("..generated..").should(haveNameMatching(SAYS_NOTHING));
    }

    ArchRule beansOfLibrariesHaveNamesOfTheirOwn() {
        return methods()
                .that()
                .areAnnotatedWith(Bean.class)
                .and()
                .areDeclaredInClassesThat()
                .resideInAnyPackage(root + ".eventstore..", root + ".outbox..", root + ".projection..")
                .should()
                .haveNameMatching("varve[A-Z].*|" + BEANS_OF_AXON)
                .because("an application that has a bean of the same name does not start");
    }

    ArchRule contextsQueryWithoutSqlText() {
        return noClasses()
                .that()
                .resideInAnyPackage(root + ".*.command..", root + ".*.query..")
                .and()
                .resideOutsideOfPackage("..generated..")
                .should()
                .callCodeUnitWhere(describe(
                        "takes SQL as text",
                        call -> call.getTargetOwner()
                                        .getPackageName()
                                        .matches("java\\.sql|org\\.springframework\\.jdbc.*")
                                || call.getTarget().isAnnotatedWith("org.jooq.PlainSQL")))
                .allowEmptyShould(true)
                .because("the compiler checks a query against the schema only when it is built from generated classes");
    }

    ArchRule everyPackageIsNullMarked() {
        return all(packages())
                .that(describe("hold types", ArchitectureRules::holdsTypes))
                .should(new ArchCondition<>("have a package-info with @NullMarked") {
                    @Override
                    public void check(JavaPackage room, ConditionEvents events) {
                        boolean marked = room.isAnnotatedWith(NullMarked.class);
                        events.add(new SimpleConditionEvent(room, marked, room.getName() + " is not @NullMarked"));
                    }
                });
    }

    /** The contexts that exist, by the packages of their events. */
    Set<String> contexts(JavaClasses classes) {
        Set<String> contexts = new TreeSet<>();
        Pattern events = Pattern.compile(Pattern.quote(root) + "\\.(\\w+)\\.events(\\..*)?");
        for (JavaClass type : classes) {
            var matcher = events.matcher(type.getPackageName());
            if (matcher.matches()) {
                contexts.add(matcher.group(1));
            }
        }
        return contexts;
    }

    private boolean isOfAContext(JavaClass type) {
        return type.getPackageName().matches(Pattern.quote(root) + "\\.\\w+\\.(events|messages|command|query)(\\..*)?");
    }

    private boolean inAny(JavaClass type, String... rooms) {
        for (String room : rooms) {
            if ((type.getPackageName() + ".").startsWith(root + room + ".")) {
                return true;
            }
        }
        return false;
    }

    private static boolean isTimeOrChance(JavaCall<?> call) {
        JavaClass owner = call.getTargetOwner();
        boolean clock = WALL_CLOCK.contains(call.getName())
                && call.getTarget().getRawParameterTypes().isEmpty()
                && (owner.getPackageName().equals("java.time")
                        || owner.isEquivalentTo(System.class)
                        || owner.isEquivalentTo(Clock.class));
        boolean chance = owner.isEquivalentTo(ThreadLocalRandom.class)
                || owner.isEquivalentTo(Math.class) && call.getName().equals("random")
                || owner.isEquivalentTo(UUID.class) && call.getName().equals("randomUUID")
                || owner.isAssignableTo(Random.class) && call.getName().equals("<init>");
        return clock || chance;
    }

    private static ArchCondition<JavaClass> haveNameMatching(Pattern pattern) {
        return new ArchCondition<>("have a name that says nothing") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean matches = pattern.matcher(type.getSimpleName()).matches();
                events.add(new SimpleConditionEvent(type, matches, type.getName() + " has a name that says nothing"));
            }
        };
    }

    private static boolean holdsTypes(JavaPackage room) {
        return room.getClasses().stream().anyMatch(type -> !type.getSimpleName().equals("package-info"));
    }

    private AbstractClassesTransformer<JavaPackage> packages() {
        return new AbstractClassesTransformer<>("packages") {
            @Override
            public Iterable<JavaPackage> doTransform(JavaClasses classes) {
                return classes.getPackage(root).getSubpackagesInTree().stream()
                        .filter(room -> !room.getName().contains(".generated"))
                        .toList();
            }
        };
    }
}
