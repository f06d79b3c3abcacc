package dev.flinkreranker.operators;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

/** Holds the arrows of the operators: what may depend on what. */
@AnalyzeClasses(packages = "dev.flinkreranker.operators", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    /** The root too is a room: what state holds by name lies there. */
    private static final SliceAssignment PACKAGES =
            new SliceAssignment() {
                @Override
                public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
                    return SliceIdentifier.of(javaClass.getPackageName());
                }

                @Override
                public String getDescription() {
                    return "packages";
                }
            };

    @ArchTest
    static final ArchRule NO_CYCLES =
            SlicesRuleDefinition.slices().assignedFrom(PACKAGES).should().beFreeOfCycles();

    @ArchTest
    static final ArchRule FUNCTIONS_DO_NOT_KNOW_WHAT_ASSEMBLES_THEM =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..operators.pipeline..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("..operators.pipeline..");

    @ArchTest
    static final ArchRule RESOLVING_KNOWS_NOTHING_OF_RERANKING =
            noClasses()
                    .that()
                    .resideInAPackage("..operators.resolve..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("..operators.rerank..");

    @ArchTest
    static final ArchRule RERANKING_KNOWS_NOTHING_OF_RESOLVING =
            noClasses()
                    .that()
                    .resideInAPackage("..operators.rerank..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("..operators.resolve..");

    /** It reranks requests from anywhere. */
    @ArchTest
    static final ArchRule THE_CORE_KNOWS_NOTHING_OF_KAFKAS_RECORDS =
            noClasses()
                    .that()
                    .resideInAPackage("..operators.rerank..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.flinkreranker.operators",
                            "..operators.record..",
                            "..operators.event..");
}
