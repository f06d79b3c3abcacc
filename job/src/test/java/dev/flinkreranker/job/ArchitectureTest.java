package dev.flinkreranker.job;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

/** Holds the arrows of the job: what may depend on what. */
@AnalyzeClasses(packages = "dev.flinkreranker.job", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule THE_JOB_KNOWS_NOTHING_BESIDE_IT =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.flinkreranker.workbench..", "dev.flinkreranker.local..");

    @ArchTest
    static final ArchRule ONLY_THE_COMMAND_LINE_KNOWS_ALL =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..job.cli..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("..job.cli..");

    @ArchTest
    static final ArchRule THE_CONFIGURATION_KNOWS_NO_FLINK =
            noClasses()
                    .that()
                    .resideInAPackage("..job.config..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.apache.flink..");

    @ArchTest
    static final ArchRule NO_CYCLES =
            SlicesRuleDefinition.slices()
                    .matching("dev.flinkreranker.job.(*)..")
                    .should()
                    .beFreeOfCycles();
}
