package dev.flinkreranker.tests;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Holds the arrows between the modules, and between the packages of each. */
@AnalyzeClasses(
        packages = {
            "dev.flinkreranker.runtime",
            "dev.flinkreranker.operators",
            "dev.flinkreranker.sql",
            "dev.flinkreranker.job",
            "dev.flinkreranker.workbench",
            "dev.flinkreranker.local",
            "dev.flinkreranker.client"
        },
        importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    /** The local broker and the client depend on nothing of ours. */
    @ArchTest
    static final ArchRule MODULES_POINT_ONE_WAY =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("runtime")
                    .definedBy("dev.flinkreranker.runtime..")
                    .layer("operators")
                    .definedBy("dev.flinkreranker.operators..")
                    .layer("sql")
                    .definedBy("dev.flinkreranker.sql..")
                    .layer("job")
                    .definedBy("dev.flinkreranker.job..")
                    .layer("workbench")
                    .definedBy("dev.flinkreranker.workbench..")
                    .layer("local")
                    .definedBy("dev.flinkreranker.local..")
                    .layer("client")
                    .definedBy("dev.flinkreranker.client..")
                    .whereLayer("workbench")
                    .mayNotBeAccessedByAnyLayer()
                    .whereLayer("client")
                    .mayNotBeAccessedByAnyLayer()
                    .whereLayer("job")
                    .mayOnlyBeAccessedByLayers("workbench")
                    .whereLayer("local")
                    .mayOnlyBeAccessedByLayers("workbench")
                    .whereLayer("sql")
                    .mayOnlyBeAccessedByLayers("workbench")
                    .whereLayer("operators")
                    .mayOnlyBeAccessedByLayers("sql", "job", "workbench")
                    .whereLayer("runtime")
                    .mayOnlyBeAccessedByLayers("operators", "sql", "job", "workbench");

    /** Each package is a slice of its own, also one within another. */
    @ArchTest
    static final ArchRule NO_PACKAGE_CYCLES =
            slices().matching("dev.flinkreranker.(**)").should().beFreeOfCycles();
}
