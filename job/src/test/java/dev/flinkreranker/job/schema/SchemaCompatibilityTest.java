package dev.flinkreranker.job.schema;

import static dev.flinkreranker.tests.support.Json.tree;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flinkreranker.job.schema.WireSchema.Direction;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaCompatibilityTest {

    private static final String OLD =
            "{'properties':{'a':{'type':'integer','minimum':1},'b':{'type':'array','items':{'type':"
                    + "'string','enum':['x','y']}}},'required':['a']}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'a':{'type':'integer','minimum':1},|''|/a is removed|/a is removed",
                "'a':{'type':'integer'|'a':{'type':'number'|/a was of type|/a was of type",
                "'a':{'type':'integer'|'a':{'type':['integer','null']|/a was of type|",
                "'x','y'|'x'||/b/items was one of",
                "'x','y'|'x','y','z'|/b/items was one of|",
                "'required':['a']|'required':['a','b']||newly requires \"b\"",
                "'required':['a']|'required':[]|may lack \"a\"|",
                "'minimum':1|'minimum':2||/a has a higher minimum",
                "'minimum':1|'minimum':0||",
                "'a':|'c':{'type':'string'},'a':||",
                "'type':'array'|'type':'array','maxItems':5||/b has a lower maxItems",
            })
    void knowsWhatAnOldProgramDoesNotSurvive(String from, String to, String written, String read)
            throws IOException {
        String changed = OLD.replace(from, to == null || to.equals("''") ? "" : to);
        assertThat(changed).isNotEqualTo(OLD);

        assertViolation(Direction.WRITTEN, changed, written);
        assertViolation(Direction.READ, changed, read);
    }

    @Test
    void nothingChangedNothingBroken() throws IOException {
        assertViolation(Direction.WRITTEN, OLD, null);
        assertViolation(Direction.READ, OLD, null);
    }

    @Test
    void aStatusMayBeAddedThatATenantHasToAskFor() throws IOException {
        String old = "{'properties':{'status':{'enum':['RANKED']}}}";
        SchemaCompatibility written = new SchemaCompatibility(Direction.WRITTEN);

        assertThat(written.violations(tree(old), tree(old.replace("]", ",'PARTIAL']")))).isEmpty();
        assertThat(written.violations(tree(old), tree(old.replace("]", ",'OTHER']")))).hasSize(1);
    }

    private static void assertViolation(Direction direction, String changed, String expected)
            throws IOException {
        List<String> violations =
                new SchemaCompatibility(direction).violations(tree(OLD), tree(changed));
        if (expected == null) {
            assertThat(violations).as("%s", direction).isEmpty();
        } else {
            assertThat(violations)
                    .as("%s", direction)
                    .singleElement()
                    .asString()
                    .contains(expected);
        }
    }
}
