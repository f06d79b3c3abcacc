package dev.flinkreranker.tests.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flinkreranker.runtime.checkpoint.Checkpoint;
import dev.flinkreranker.runtime.checkpoint.InvalidCheckpointException;
import dev.flinkreranker.runtime.model.ModelDescriptor;
import dev.flinkreranker.runtime.tokenization.TokenizerFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** A checkpoint of which one file is hostile at a time. */
final class CheckpointFolder {

    private static final JsonNode HEADER =
            JsonMutator.tree(
                    "{'__metadata__':{'format':'pt'},"
                            + "'a':{'dtype':'F32','shape':[2,3],'data_offsets':[0,24]},"
                            + "'b':{'dtype':'BF16','shape':[4],'data_offsets':[24,32]},"
                            + "'c':{'dtype':'I64','shape':[],'data_offsets':[32,40]}}");

    private static final int DATA_BYTES = 40;

    /** The model that comes with the tests: its configuration fits its weights. */
    private static final Path REAL = Path.of("models/scifact-minilm-layerwise").toAbsolutePath();

    private static final List<JsonNode> CONFIGS =
            List.of(
                    JsonMutator.tree(REAL.resolve("config.json")),
                    JsonMutator.tree(
                            "{'architectures':['LayerWiseMiniCPMForCausalLM'],'hidden_act':'silu',"
                                    + "'hidden_size':8,'intermediate_size':16,'num_attention_heads':2,"
                                    + "'num_key_value_heads':2,'num_hidden_layers':4,'start_layer':2,"
                                    + "'head_type':'simple','head_multi':true,'rms_norm_eps':1e-5,"
                                    + "'max_position_embeddings':64,'rope_theta':10000.0,'scale_emb':12,"
                                    + "'scale_depth':1.4,'dim_model_base':4,'vocab_size':9}"),
                    JsonMutator.tree(
                            "{'architectures':['Qwen3ForCausalLM'],'hidden_act':'silu','head_dim':4,"
                                    + "'hidden_size':8,'intermediate_size':16,'num_attention_heads':2,"
                                    + "'num_key_value_heads':1,'num_hidden_layers':2,'rms_norm_eps':1e-6,"
                                    + "'max_position_embeddings':64,'rope_theta':1000000,'vocab_size':9}"));

    private static final String ADDED =
            "'added_tokens':[{'id':0,'content':'<s>','special':true,'single_word':false,'lstrip':false,"
                    + "'rstrip':false,'normalized':false},{'id':1,'content':'<unk>','special':true,"
                    + "'single_word':false,'lstrip':false,'rstrip':false,'normalized':false}],";

    private static final List<JsonNode> TOKENIZERS =
            List.of(
                    JsonMutator.tree(
                            "{'version':'1.0',"
                                    + ADDED
                                    + "'normalizer':{'type':'BertNormalizer','clean_text':true,"
                                    + "'handle_chinese_chars':true,'strip_accents':null,'lowercase':true},"
                                    + "'pre_tokenizer':{'type':'BertPreTokenizer'},"
                                    + "'post_processor':{'type':'TemplateProcessing',"
                                    + "'single':[{'SpecialToken':{'id':'<s>','type_id':0}},"
                                    + "{'Sequence':{'id':'A','type_id':0}}],"
                                    + "'pair':[{'Sequence':{'id':'A','type_id':0}},"
                                    + "{'SpecialToken':{'id':'<s>','type_id':0}},"
                                    + "{'Sequence':{'id':'B','type_id':1}}],"
                                    + "'special_tokens':{'<s>':{'id':'<s>','ids':[0],'tokens':['<s>']}}},"
                                    + "'model':{'type':'WordPiece','unk_token':'<unk>',"
                                    + "'continuing_subword_prefix':'##','max_input_chars_per_word':100,"
                                    + "'vocab':{'<s>':0,'<unk>':1,'a':2,'##b':3,'sun':4}}}"),
                    JsonMutator.tree(
                            "{'version':'1.0',"
                                    + ADDED
                                    + "'pre_tokenizer':{'type':'Metaspace','replacement':'_',"
                                    + "'prepend_scheme':'always','split':true},"
                                    + "'model':{'type':'Unigram','unk_id':1,"
                                    + "'vocab':[['<s>',0.0],['<unk>',-1.5],['a',-2.5],['_b',-3.0]]}}"),
                    JsonMutator.tree(
                            "{'version':'1.0',"
                                    + ADDED
                                    + "'pre_tokenizer':{'type':'ByteLevel','add_prefix_space':false,"
                                    + "'trim_offsets':true,'use_regex':true},"
                                    + "'model':{'type':'BPE','dropout':null,'unk_token':null,"
                                    + "'byte_fallback':false,'vocab':{'<s>':0,'<unk>':1,'a':2,'b':3,'ab':4},"
                                    + "'merges':['a b']}}"));

    private static final String TEXT = "a sun </s><s> ab \ud83d\ude00 b";

    private final Path directory;

    CheckpointFolder() {
        try {
            directory = Files.createTempDirectory("fuzz-checkpoint-");
            directory.toFile().deleteOnExit();
            write("config.json", CONFIGS.get(0).toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With weights that a good configuration describes. */
    static CheckpointFolder ofRealWeights() {
        CheckpointFolder folder = new CheckpointFolder();
        Path link = folder.directory.resolve("model.safetensors");
        link.toFile().deleteOnExit();
        try {
            Files.createSymbolicLink(link, REAL.resolve("model.safetensors"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folder;
    }

    private void write(String name, byte[] content) {
        try {
            Path file = directory.resolve(name);
            file.toFile().deleteOnExit();
            Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A safetensors file; mostly its header is spoilt, sometimes its length or its data. */
    static byte[] weights(SplittableRandom random) {
        byte[] header = new JsonMutator(random).mutate(HEADER);
        byte[] file = safetensors(header, random.nextInt(6) == 0 ? random.nextInt(80) : DATA_BYTES);
        if (random.nextInt(6) == 0) {
            long[] lengths = {
                -1,
                0,
                1,
                Long.MAX_VALUE,
                Integer.MAX_VALUE,
                99_999_999,
                random.nextLong(),
                file.length
            };
            ByteBuffer.wrap(file)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(lengths[random.nextInt(lengths.length)]);
        }
        return file;
    }

    private static byte[] safetensors(byte[] header, int dataBytes) {
        return ByteBuffer.allocate(Long.BYTES + header.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array();
    }

    /** A config.json. */
    static byte[] config(SplittableRandom random) {
        return new JsonMutator(random).mutate(CONFIGS.get(random.nextInt(CONFIGS.size())));
    }

    /** A tokenizer.json. */
    static byte[] tokenizer(SplittableRandom random) {
        return new JsonMutator(random).mutate(TOKENIZERS.get(random.nextInt(TOKENIZERS.size())));
    }

    /** Opens the checkpoint with these weights. */
    boolean openWeights(byte[] weights) {
        write("model.safetensors", weights);
        try {
            return !Checkpoint.open(directory).tensors().isEmpty();
        } catch (InvalidCheckpointException e) {
            return false;
        }
    }

    /** Opens the checkpoint with this configuration, up to where weights would be mapped. */
    boolean openConfig(byte[] config) {
        write("config.json", config);
        try {
            ModelDescriptor model = ModelDescriptor.of(Checkpoint.open(directory));
            return !model.cutoffLayers().isEmpty() && model.parameters() > 0;
        } catch (InvalidCheckpointException e) {
            return false;
        }
    }

    /** Opens this tokenizer and uses it. */
    boolean openTokenizer(byte[] tokenizer) {
        write("tokenizer.json", tokenizer);
        try (TokenizerFile file = TokenizerFile.open(directory)) {
            file.addedTokenId("<s>");
            ids(file);
            return true;
        } catch (InvalidCheckpointException e) {
            return false;
        }
    }

    private static void ids(TokenizerFile file) {
        try {
            file.ids(TEXT);
        } catch (RuntimeException e) {
            // The native tokenizer's own answer to a text, which fails one pair.
            if (e.getClass() != RuntimeException.class) {
                throw e;
            }
        }
    }
}
