package dev.flinkreranker.workbench.replay.scoring;

/**
 * Some lines of one file that are scored together. Where blocks begin and end is a function of the
 * input alone. Public and of plain arrays because Flink's serializer wants it so.
 *
 * @param file index into the plan's files
 * @param firstLine number of the first line, from 1
 * @param bytes the lines, one after the other, without line ends
 * @param ends where each line ends in {@code bytes}
 * @param fault why the line after these could not be read; empty when nothing is wrong
 * @param consumed bytes of all files up to here, as they lie on disk
 */
public record LineBlock(
        int file, long firstLine, byte[] bytes, int[] ends, String fault, long consumed) {

    /** Number of lines the block covers, a faulty one included. */
    public int lines() {
        return ends.length + (fault.isEmpty() ? 0 : 1);
    }
}
