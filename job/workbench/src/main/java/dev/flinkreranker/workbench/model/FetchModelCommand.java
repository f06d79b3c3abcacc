package dev.flinkreranker.workbench.model;

import dev.flinkreranker.runtime.checkpoint.HubCache;
import dev.flinkreranker.workbench.hub.ModelFetch;
import dev.flinkreranker.workbench.terminal.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Brings a model from a Hub, so that its id or a folder can be named where a model is asked for.
 */
@Command(
        name = "fetch",
        mixinStandardHelpOptions = true,
        description = {
            "Download the files of a model that are read here, checked by size and hash, into the",
            "Hub cache, and print their directory. What is there is not downloaded again, and what",
            "broke off goes on. A model in the cache can then be named by its id."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all files are there", "2:a file cannot be had, or bad usage"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./rerank model fetch BAAI/bge-reranker-v2-m3",
            "  HF_TOKEN=... ./rerank model fetch google/gemma-2b --to models/gemma-2b"
        })
final class FetchModelCommand implements Callable<Integer> {

    private static final long MEGABYTE = 1_000_000;

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "ID", description = "The model's id, such as org/name.")
    private String id;

    @Option(
            names = "--revision",
            paramLabel = "NAME",
            defaultValue = "main",
            description = "Branch, tag or commit (default: ${DEFAULT-VALUE}).")
    private String revision;

    @Option(
            names = "--to",
            paramLabel = "DIR",
            description =
                    "A folder for plain files, instead of the cache that HF_HUB_CACHE or HF_HOME"
                            + " name. Files of another revision in it are replaced.")
    private @Nullable Path folder;

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            defaultValue = "${env:HF_ENDPOINT:-https://huggingface.co}",
            description = "The Hub; HF_ENDPOINT sets it too (default: ${DEFAULT-VALUE}).")
    private String endpoint;

    @Override
    public Integer call() throws IOException, InterruptedException {
        String token =
                Optional.ofNullable(System.getenv("HF_TOKEN"))
                        .filter(text -> !text.isBlank())
                        .map(String::strip)
                        .orElse(null);
        ModelFetch.Outcome outcome = fetch(new ModelFetch(endpoint, token, id, revision));
        spec.commandLine()
                .getErr()
                .printf(
                        "%s at %s: %d files, %,d bytes, %,d of them downloaded%n",
                        id, outcome.commit(), outcome.files(), outcome.bytes(), outcome.fetched());
        PrintWriter out = spec.commandLine().getOut();
        out.println(outcome.directory());
        out.flush();
        return 0;
    }

    private ModelFetch.Outcome fetch(ModelFetch fetch) throws IOException, InterruptedException {
        Progress[] progress = new Progress[1];
        ModelFetch.Watcher watcher =
                total -> {
                    progress[0] = Progress.start("fetch", " MB", total / MEGABYTE);
                    return bytes -> progress[0].done(bytes / MEGABYTE);
                };
        try {
            return folder == null
                    ? fetch.into(HubCache.ofProcess(), watcher)
                    : fetch.into(folder, watcher);
        } finally {
            if (progress[0] != null) {
                progress[0].close();
            }
        }
    }
}
