package dev.flinkreranker.workbench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

/** Holds the arrows of the workbench: what may depend on what. */
@AnalyzeClasses(packages = "dev.flinkreranker.workbench", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule NO_CYCLES =
            SlicesRuleDefinition.slices()
                    .matching("dev.flinkreranker.workbench.(**)")
                    .should()
                    .beFreeOfCycles();

    @ArchTest
    static final ArchRule NOTHING_KNOWS_THE_COMMAND_LINE =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..workbench.cli..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("..workbench.cli..");
}
