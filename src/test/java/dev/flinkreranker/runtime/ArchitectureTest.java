package dev.flinkreranker.runtime;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

/** Holds the arrows of the runtime: what may depend on what. */
@AnalyzeClasses(packages = "dev.flinkreranker.runtime", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule RUNTIME_KNOWS_NO_FLINK =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.apache.flink..", "org.apache.kafka..");

    @ArchTest
    static final ArchRule BATCHING_IS_PURE_JAVA =
            noClasses()
                    .that()
                    .resideInAPackage("..runtime.batching..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "ai.djl..",
                            "..runtime.checkpoint..",
                            "..runtime.program..",
                            "..runtime.model..",
                            "..runtime.tokenization..",
                            "..runtime.engine..");

    @ArchTest
    static final ArchRule MODELS_KNOW_NO_BATCHES =
            noClasses()
                    .that()
                    .resideInAnyPackage("..runtime.program..", "..runtime.model..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("..runtime.batching..");

    @ArchTest
    static final ArchRule ONLY_THE_ENGINE_KNOWS_ALL =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..runtime.engine..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("..runtime.engine..");

    @ArchTest
    static final ArchRule NO_CYCLES =
            SlicesRuleDefinition.slices()
                    .matching("dev.flinkreranker.runtime.(*)..")
                    .should()
                    .beFreeOfCycles();
}
