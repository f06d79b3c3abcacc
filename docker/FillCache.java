import ai.djl.engine.Engine;
import ai.djl.huggingface.tokenizers.jni.LibUtils;

/** Loads the native libraries once, so that DJL leaves its own beside them in its cache. */
final class FillCache {

    private FillCache() {}

    public static void main(String[] args) {
        Engine engine = Engine.getEngine("PyTorch");
        LibUtils.checkStatus();
        System.out.println(engine.getEngineName() + " " + engine.getVersion());
    }
}
