package dev.flinkreranker.tests.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flinkreranker.job.config.JobConfigReader;
import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.deadletter.RejectedEventException;
import dev.flinkreranker.operators.request.RequestLimits;
import dev.flinkreranker.operators.request.RequestParser;
import dev.flinkreranker.operators.tenant.ModelCatalog;
import dev.flinkreranker.operators.tenant.Overrides;
import dev.flinkreranker.operators.tenant.TenantRecords;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.model.ComputeType;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Something that reads what others wrote. Whatever it reads, it answers or refuses in its own
 * words.
 */
enum FuzzTarget {
    /** The value of an event. */
    REQUEST(FuzzedEvents::value, FuzzTarget::parseRequest),
    /** The value of a record of the tenants' topic. */
    TENANT(FuzzTarget::tenant, FuzzTarget::readTenant),
    /** The job's YAML. */
    JOB(FuzzTarget::job, FuzzTarget::readJob),
    /** {@code model.safetensors}. */
    WEIGHTS(CheckpointFolder::weights, new CheckpointFolder()::openWeights),
    /** {@code config.json}. */
    CONFIG(CheckpointFolder::config, CheckpointFolder.ofRealWeights()::openConfig),
    /** {@code tokenizer.json}, as far as into the native tokenizer. */
    TOKENIZER(CheckpointFolder::tokenizer, new CheckpointFolder()::openTokenizer);

    private static final RequestParser PARSER =
            new RequestParser(RequestLimits.defaults(), Overrides.POSSIBLE);

    private static final JsonNode TENANT_CONFIG =
            JsonMutator.tree(
                    "{'version':3,'model':'small','cutoff_layers':[3,5],'compress_ratio':2,"
                            + "'compress_layers':[1],'head_selection':'by_layer','max_length':256,"
                            + "'query_max_length':64,'truncation':'library','prompt':'p',"
                            + "'special_tokens':'plain_text','normalize':true,'top_n':5,'min_score':0.2,"
                            + "'return_documents':true,'max_candidates':9,'deadline_ms':100,"
                            + "'on_timeout':'passthrough','on_overload':'wait','on_failure':'dead_letter',"
                            + "'weight':2.5,'max_in_flight':7,'cache':true,'overrides':['top_n','model'],"
                            + "'routes':[{'name':'a','when':{'field':'l','in':[1,'x']},"
                            + "'settings':{'top_n':2}},{'name':'b','when':{'field':'m',"
                            + "'equals':true},'settings':{}}]}");

    private static final byte[] ACME = "acme".getBytes(StandardCharsets.US_ASCII);

    private static final TenantRecords TENANTS =
            new TenantRecords(
                    new ModelCatalog(
                            Map.of("small", new ModelReference("/m", ComputeType.AUTO, "cpu"))),
                    JsonMutator.tree("{'model':'small'}"));

    private static final JsonNode JOB_CONFIG =
            JsonMutator.tree(
                    "{'name':'job','parallelism':2,"
                            + "'requests':{'topic':'a','group':'g','start':'earliest','stop':'latest'},"
                            + "'results':{'topic':'b'},'dead_letters':{'topic':'c'},"
                            + "'kafka':{'bootstrap.servers':'h:9092','security.protocol':'SSL'},"
                            + "'source':{'max.poll.records':'5'},'sink':{'linger.ms':'5'},"
                            + "'delivery':{'guarantee':'exactly_once','checkpoint_interval':'5s',"
                            + "'checkpoint_timeout':'1min','transaction_timeout':'15min',"
                            + "'transaction_naming':'pooling'},"
                            + "'rerank':{'parallelism':1,'capacity':10,'ordered':false,'timeout':'10s',"
                            + "'batch_tokens':1000,'tokenizer_threads':1,'cache_megabytes':1,'state_megabytes':1},"
                            + "'limits':{'event_bytes':1000,'documents':10,'text_chars':100,'depth':8,"
                            + "'record_bytes':20000},"
                            + "'models':{'small':{'directory':'/m','dtype':'float32','device':'cpu'}},"
                            + "'defaults':{'model':'small'},"
                            + "'tenants':{'acme':{'model':'none','overrides':['top_n']}},"
                            + "'unknown_tenant':'reject'}");

    private final Function<SplittableRandom, byte[]> inputs;
    private final Predicate<byte[]> reader;

    FuzzTarget(Function<SplittableRandom, byte[]> inputs, Predicate<byte[]> reader) {
        this.inputs = inputs;
        this.reader = reader;
    }

    /** An input that is nearly right. */
    byte[] input(SplittableRandom random) {
        return inputs.apply(random);
    }

    /**
     * Reads any input; only what no reader may throw comes out.
     *
     * @return whether the input was accepted, else it was refused in the reader's own words
     */
    boolean read(byte[] input) {
        return reader.test(input);
    }

    private static boolean parseRequest(byte[] input) {
        try {
            PARSER.parse(input);
            return true;
        } catch (RejectedEventException e) {
            return false;
        }
    }

    private static byte[] tenant(SplittableRandom random) {
        return new JsonMutator(random).mutate(TENANT_CONFIG);
    }

    private static boolean readTenant(byte[] input) {
        try {
            String accepted = TENANTS.decide(ACME, input, null).orElseThrow().config();
            // What was accepted once is read again after every restart.
            TENANTS.present("acme", accepted);
            if (TENANTS.decide(ACME, input, accepted).isPresent()) {
                throw new IllegalStateException("the same config once more is a change");
            }
            return true;
        } catch (RejectedEventException e) {
            return false;
        }
    }

    private static byte[] job(SplittableRandom random) {
        return new JsonMutator(random).mutate(JOB_CONFIG);
    }

    private static boolean readJob(byte[] input) {
        try {
            JobConfigReader.parse(new String(input, StandardCharsets.UTF_8)).directory();
            return true;
        } catch (InvalidConfigException e) {
            return false;
        }
    }
}
