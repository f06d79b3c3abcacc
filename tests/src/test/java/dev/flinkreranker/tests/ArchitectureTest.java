package dev.flinkreranker.tests;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Holds the arrows between the modules: runtime, operators, job, never backwards. */
@AnalyzeClasses(
        packages = {
            "dev.flinkreranker.runtime",
            "dev.flinkreranker.operators",
            "dev.flinkreranker.job"
        },
        importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule MODULES_POINT_ONE_WAY =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("runtime")
                    .definedBy("dev.flinkreranker.runtime..")
                    .layer("operators")
                    .definedBy("dev.flinkreranker.operators..")
                    .layer("job")
                    .definedBy("dev.flinkreranker.job..")
                    .whereLayer("job")
                    .mayNotBeAccessedByAnyLayer()
                    .whereLayer("operators")
                    .mayOnlyBeAccessedByLayers("job")
                    .whereLayer("runtime")
                    .mayOnlyBeAccessedByLayers("operators", "job")
                    .withOptionalLayers(true);
}
