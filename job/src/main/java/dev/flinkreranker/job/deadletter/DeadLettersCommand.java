package dev.flinkreranker.job.deadletter;

import picocli.CommandLine.Command;

/** Commands about dead letters. */
@Command(
        name = "dead-letters",
        mixinStandardHelpOptions = true,
        description = "Look at events that got no result, and send them again.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ListLettersCommand.class, ShowLetterCommand.class, RedriveCommand.class})
public final class DeadLettersCommand {}
