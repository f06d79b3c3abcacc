package dev.flinkreranker.runtime.program;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs the text of a TorchScript class into the archive that libtorch loads: four zip entries,
 * without any tensor. The class's attributes (its constants) are given by value.
 */
final class ProgramArchive {

    /** The least format version under which libtorch 2.7 takes today's operator schemas. */
    private static final byte[] VERSION = "10\n".getBytes(StandardCharsets.US_ASCII);

    /** A pickled empty tuple. */
    private static final byte[] NO_CONSTANTS = {(byte) 0x80, 2, ')', '.'};

    private static final Pattern CLASS =
            Pattern.compile("^class (\\w+)\\(Module\\):", Pattern.MULTILINE);

    private ProgramArchive() {}

    /**
     * The archive.
     *
     * @param text one class, in the form in which libtorch stores the code of a module
     * @param attributes values of the attributes that the class declares besides {@code training}:
     *     {@link Integer}, {@link Double} or {@link Boolean}
     */
    static byte[] pack(String text, Map<String, ?> attributes) {
        Matcher name = CLASS.matcher(text);
        if (!name.find()) {
            throw new IllegalArgumentException(
                    "a program must have a line \"class NAME(Module):\"");
        }
        SortedMap<String, Object> all = new TreeMap<>(attributes);
        all.put("training", false);
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(archive)) {
            entry(zip, "data.pkl", instance(name.group(1), all));
            entry(zip, "code/__torch__.py", text.getBytes(StandardCharsets.UTF_8));
            entry(zip, "constants.pkl", NO_CONSTANTS);
            entry(zip, "version", VERSION);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return archive.toByteArray();
    }

    private static void entry(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        zip.putNextEntry(new ZipEntry("program/" + name));
        zip.write(bytes);
        zip.closeEntry();
    }

    /** Pickle, protocol 2: an object of the class whose state is a dictionary. */
    private static byte[] instance(String className, Map<String, ?> attributes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(new byte[] {(byte) 0x80, 2});
        out.writeBytes("c__torch__\n" + className + "\n");
        out.writeBytes(")");
        out.writeByte(0x81);
        out.writeBytes("}(");
        for (Map.Entry<String, ?> attribute : attributes.entrySet()) {
            byte[] key = attribute.getKey().getBytes(StandardCharsets.UTF_8);
            out.writeByte('X');
            out.writeInt(Integer.reverseBytes(key.length));
            out.write(key);
            value(out, attribute);
        }
        out.writeBytes("ub.");
        return bytes.toByteArray();
    }

    private static void value(DataOutputStream out, Map.Entry<String, ?> attribute)
            throws IOException {
        if (attribute.getValue() instanceof Boolean flag) {
            out.writeByte(flag ? 0x88 : 0x89);
        } else if (attribute.getValue() instanceof Integer number) {
            out.writeByte('J');
            out.writeInt(Integer.reverseBytes(number));
        } else if (attribute.getValue() instanceof Double number) {
            out.writeByte('G');
            out.writeDouble(number);
        } else {
            throw new IllegalArgumentException("attribute " + attribute + " has no such type");
        }
    }
}
