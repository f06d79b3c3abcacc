package dev.flinkreranker.job.schema;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.doctree.ValueTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** What the javadoc of records says: the one place where a field's meaning is written down. */
final class RecordDocs {

    private static final List<Path> SOURCES =
            List.of(Path.of("../operators/src/main/java"), Path.of("../src/main/java"));

    private final Map<Class<?>, Map<String, String>> byType = new HashMap<>();

    /** The description of a record's component; null when it has none. */
    String component(Class<?> type, String name) {
        return docs(type).get(name);
    }

    /** The first sentence about a type. */
    String type(Class<?> type) {
        return docs(type).get("");
    }

    private Map<String, String> docs(Class<?> type) {
        return byType.computeIfAbsent(type, RecordDocs::read);
    }

    private static Map<String, String> read(Class<?> type) {
        Path file =
                SOURCES.stream()
                        .map(
                                root ->
                                        root.resolve(
                                                type.getNestHost().getName().replace('.', '/')
                                                        + ".java"))
                        .filter(Files::exists)
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("no source of " + type));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task =
                    (JavacTask)
                            compiler.getTask(
                                    null,
                                    files,
                                    null,
                                    List.of("-proc:none"),
                                    null,
                                    files.getJavaFileObjects(file));
            Map<String, String> docs = new HashMap<>();
            DocTrees trees = DocTrees.instance(task);
            new TreePathScanner<Void, Void>() {
                @Override
                public Void visitClass(ClassTree tree, Void nothing) {
                    DocCommentTree comment = trees.getDocCommentTree(getCurrentPath());
                    if (tree.getSimpleName().contentEquals(type.getSimpleName())
                            && comment != null) {
                        collect(comment, type, docs);
                    }
                    return super.visitClass(tree, nothing);
                }
            }.scan(task.parse().iterator().next(), null);
            return docs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void collect(DocCommentTree comment, Class<?> type, Map<String, String> docs) {
        docs.put("", render(comment.getFirstSentence(), type));
        for (DocTree tag : comment.getBlockTags()) {
            if (tag instanceof ParamTree param) {
                docs.put(param.getName().toString(), render(param.getDescription(), type));
            }
        }
    }

    private static String render(List<? extends DocTree> trees, Class<?> type) {
        StringBuilder text = new StringBuilder();
        for (DocTree tree : trees) {
            if (tree instanceof TextTree plain) {
                text.append(plain.getBody());
            } else if (tree instanceof LiteralTree literal) {
                text.append(inSnakeCase(literal.getBody().getBody()));
            } else if (tree instanceof LinkTree link) {
                text.append(
                        link.getLabel().isEmpty()
                                ? lastName(link.getReference().getSignature())
                                : render(link.getLabel(), type));
            } else if (tree instanceof ValueTree value) {
                text.append(constant(type, lastName(value.getReference().getSignature())));
            } else {
                throw new AssertionError("javadoc of " + type + " has " + tree);
            }
        }
        return text.toString().replaceAll("\\s+", " ").strip();
    }

    /** A component is called by its name on the wire. */
    private static String inSnakeCase(String code) {
        return code.matches("[a-z]+([A-Z][a-z]*)+")
                ? PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(code)
                : code;
    }

    private static String lastName(String signature) {
        return signature.substring(
                Math.max(signature.lastIndexOf('#'), signature.lastIndexOf('.')) + 1);
    }

    private static String constant(Class<?> type, String name) {
        try {
            return String.valueOf(type.getField(name).get(null));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
