package dev.flinkreranker.operators;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.annotation.Experimental;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.PublicEvolving;

/** Holds the tiers of the API: what a user may compile against, and what may change at any time. */
@AnalyzeClasses(packages = "dev.flinkreranker.operators", importOptions = DoNotIncludeTests.class)
class ApiTest {

    private static boolean isApi(JavaClass type) {
        return type.isAnnotatedWith(PublicEvolving.class)
                || type.isAnnotatedWith(Experimental.class);
    }

    @ArchTest
    static final ArchRule EVERY_PUBLIC_CLASS_IS_OF_ONE_TIER =
            classes()
                    .that()
                    .arePublic()
                    .and()
                    .areTopLevelClasses()
                    .should(
                            new ArchCondition<>("be API or internal") {
                                @Override
                                public void check(JavaClass type, ConditionEvents events) {
                                    boolean one =
                                            isApi(type) != type.isAnnotatedWith(Internal.class);
                                    events.add(
                                            new SimpleConditionEvent(
                                                    type, one, type + " is of no one tier"));
                                }
                            });

    /** Else a user would compile against what may change at any time. */
    @ArchTest
    static final ArchRule THE_API_NAMES_NOTHING_INTERNAL =
            codeUnits()
                    .that()
                    .arePublic()
                    .and()
                    .areNotAnnotatedWith(Internal.class)
                    .and()
                    .areDeclaredInClassesThat(
                            DescribedPredicate.describe("are API", ApiTest::isApi))
                    .should(
                            new ArchCondition<>("name API alone") {
                                @Override
                                public void check(JavaCodeUnit unit, ConditionEvents events) {
                                    named(unit)
                                            .filter(type -> type.isAnnotatedWith(Internal.class))
                                            .forEach(
                                                    type ->
                                                            events.add(
                                                                    SimpleConditionEvent.violated(
                                                                            unit,
                                                                            unit.getFullName()
                                                                                    + " names "
                                                                                    + type
                                                                                            .getName())));
                                }
                            });

    private static Stream<JavaClass> named(JavaCodeUnit unit) {
        List<JavaType> parameters = List.copyOf(unit.getParameterTypes());
        return Stream.concat(Stream.of(unit.getReturnType()), parameters.stream())
                .flatMap(type -> type.getAllInvolvedRawTypes().stream());
    }
}
