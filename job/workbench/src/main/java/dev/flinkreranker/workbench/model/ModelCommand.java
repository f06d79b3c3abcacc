package dev.flinkreranker.workbench.model;

import picocli.CommandLine.Command;

/** Commands about a model's checkpoint. */
@Command(
        name = "model",
        mixinStandardHelpOptions = true,
        description = "Fetch a model, look into a checkpoint, or write one of random weights.",
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./rerank model fetch BAAI/bge-reranker-v2-m3",
            "  ./rerank model inspect bge-reranker-v2-m3",
            "  ./rerank model random --shape v2-m3 --tokenizer tokenizer.json /tmp/m3"
        },
        subcommands = {
            FetchModelCommand.class,
            InspectModelCommand.class,
            RandomModelCommand.class
        })
public final class ModelCommand {}
