package dev.flinkreranker.job.tenants;

import picocli.CommandLine.Command;

/** Commands about the configs of tenants that a running job takes from its topic. */
@Command(
        name = "tenants",
        mixinStandardHelpOptions = true,
        description = {
            "Check, write and read the configs that a running job takes from its tenants' topic.",
            "The job's file says where the topic is and what a config may hold."
        },
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./rerank tenants validate acme.yaml --config stream.yaml",
            "  ./rerank tenants put acme.yaml --config stream.yaml --create",
            "  ./rerank tenants get acme --config stream.yaml > acme.json",
            "  ./rerank tenants list --config stream.yaml",
            "  ./rerank tenants history acme --config stream.yaml",
            "  ./rerank tenants delete acme --config stream.yaml"
        },
        subcommands = {
            ValidateCommand.class,
            PutCommand.class,
            GetCommand.class,
            ListCommand.class,
            DeleteCommand.class,
            HistoryCommand.class
        })
public final class TenantsCommand {}
