package dev.flinkreranker.workbench.replay.input;

import com.github.luben.zstd.ZstdOutputStream;
import dev.flinkreranker.job.file.InputFile;
import dev.flinkreranker.runtime.checkpoint.Sha256;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Standard input and pipes, which can be read once, as files that a replay may read again. The same
 * bytes become the same file, so that the same command goes on where a killed one was.
 */
public final class PipedFile {
    private PipedFile() {}

    /**
     * The file itself, or a copy of what comes through the pipe.
     *
     * @param path null stays null
     * @param directory where copies are kept
     */
    public static Path kept(Path path, Path directory) throws IOException {
        boolean piped =
                path != null
                        && (path.equals(InputFile.STANDARD)
                                || (Files.exists(path)
                                        && !Files.isRegularFile(path)
                                        && !Files.isDirectory(path)));
        if (!piped) {
            return path;
        }
        Path unfinished = Files.createTempFile(directory, "piped", ".unfinished");
        MessageDigest digest = Sha256.digest();
        try (InputStream in = new DigestInputStream(InputFile.open(path), digest);
                OutputStream out =
                        new ZstdOutputStream(
                                new BufferedOutputStream(Files.newOutputStream(unfinished)))) {
            in.transferTo(out);
        }
        Path copy =
                directory.resolve(
                        "piped-" + HexFormat.of().formatHex(digest.digest(), 0, 8) + ".zst");
        if (Files.exists(copy)) {
            Files.delete(unfinished);
        } else {
            Files.move(unfinished, copy, StandardCopyOption.ATOMIC_MOVE);
        }
        return copy;
    }
}
