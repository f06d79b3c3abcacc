package dev.flinkreranker.runtime.tokenization;

import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The fixed parts of a chat as token ids. */
final class ChatTemplate {

    private static final Pattern CONTROL_TOKEN = Pattern.compile("<\\|[a-z_]+\\|>");

    private ChatTemplate() {}

    /**
     * The ids of a part: the template's own control tokens count as such, everything between them
     * is text.
     *
     * @throws InvalidCheckpointException if the tokenizer lacks a control token
     */
    static long[] ids(TokenizerFile file, String part) {
        long[] ids = {};
        Matcher control = CONTROL_TOKEN.matcher(part);
        int from = 0;
        while (control.find()) {
            long id =
                    file.addedTokenId(control.group())
                            .orElseThrow(() -> missing(file, control.group()));
            ids = joined(ids, file.ids(part.substring(from, control.start())));
            ids = joined(ids, new long[] {id});
            from = control.end();
        }
        return joined(ids, file.ids(part.substring(from)));
    }

    private static RuntimeException missing(TokenizerFile file, String token) {
        return new InvalidCheckpointException(
                file.file() + ": no added token " + token + ", which the chat template needs");
    }

    private static long[] joined(long[] a, long[] b) {
        return new IdBuffer(a.length + b.length).append(a).append(b).ids();
    }
}
