package dev.flinkreranker.operators.examples;

import dev.flinkreranker.operators.api.Rejected;
import dev.flinkreranker.operators.api.Reranked;
import dev.flinkreranker.operators.api.Reranking;
import java.util.List;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The best articles for a customer's question. */
public final class SupportAnswers {

    public record Article(String title, String body) {}

    public record Question(String customer, String text, List<Article> articles) {}

    public record Reply(String customer, List<String> titles) {}

    static DataStream<Reply> replies(DataStream<Question> questions, String model) {
        DataStream<Reranked<Question>> ranked =
                Reranking.of(model)
                        .query(Question::text)
                        .passages(Question::articles, Article::body)
                        .topN(2)
                        .uid("articles")
                        .apply(questions);
        DataStream<Rejected<Question>> failed = Reranking.failures(ranked);
        return ranked.map(SupportAnswers::reply)
                .union(failed.map(f -> new Reply(f.value().customer(), List.of())));
    }

    private static Reply reply(Reranked<Question> ranked) {
        List<Article> best = ranked.order(ranked.value().articles());
        return new Reply(ranked.value().customer(), best.stream().map(Article::title).toList());
    }

    public static void main(String[] model) throws Exception {
        var env = StreamExecutionEnvironment.getExecutionEnvironment();
        Question question =
                new Question(
                        "c-17",
                        "How do I get my money back?",
                        List.of(
                                new Article("Delivery", "Parcels arrive within three days."),
                                new Article("Refunds", "We return your money within a week."),
                                new Article("Accounts", "Choose a password of ten letters.")));
        replies(env.fromData(question), model[0]).print();
        env.execute("support answers");
    }
}
