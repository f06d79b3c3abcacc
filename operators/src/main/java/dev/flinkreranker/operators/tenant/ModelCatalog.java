package dev.flinkreranker.operators.tenant;

import dev.flinkreranker.operators.config.InvalidConfigException;
import dev.flinkreranker.operators.config.NearestName;
import dev.flinkreranker.runtime.engine.ModelReference;
import dev.flinkreranker.runtime.program.ComputeDevice;
import dev.flinkreranker.runtime.program.DeviceList;
import java.io.Serializable;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.annotation.Internal;

/**
 * The models of a job. Tenants and requests name them by alias, never by directory.
 *
 * @param models by alias
 * @param preloaded aliases of those that are loaded when a task starts, and without which it fails;
 *     the others are loaded with the first request that names them
 */
@Internal
public record ModelCatalog(Map<String, ModelReference> models, Set<String> preloaded)
        implements Serializable {

    /** The device of a model that runs where its task has devices. */
    public static final String ANY_DEVICE = "auto";

    /**
     * Copies map and set.
     *
     * @throws InvalidConfigException if two models share a device and not all of them; one line
     */
    public ModelCatalog {
        models = Map.copyOf(models);
        preloaded = Set.copyOf(preloaded);
        checkOverlaps(models);
    }

    private static void checkOverlaps(Map<String, ModelReference> models) {
        Map<DeviceList, String> lists = new LinkedHashMap<>();
        for (String alias : new TreeSet<>(models.keySet())) {
            DeviceList devices = models.get(alias).devices();
            lists.forEach(
                    (other, owner) -> {
                        if (devices.overlaps(other)) {
                            throw new InvalidConfigException(
                                    ("models.%s.device %s and models.%s.device %s share a device; give"
                                                    + " both the same list, or lists without a common"
                                                    + " device")
                                            .formatted(owner, other, alias, devices));
                        }
                    });
            lists.putIfAbsent(devices, alias);
        }
    }

    /** All models are loaded on first use. */
    public ModelCatalog(Map<String, ModelReference> models) {
        this(models, Set.of());
    }

    /**
     * Checks the name of a device, or of several with commas between them.
     *
     * @throws IllegalArgumentException if no model can run there; one line
     */
    public static void checkDevice(String device) {
        if (!device.equals(ANY_DEVICE)) {
            DeviceList devices = DeviceList.of(device);
            try {
                devices.names().forEach(ComputeDevice::named);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(e.getMessage() + ", or auto", e);
            }
            devices.check();
        }
    }

    /** The same models, on these devices where they run on any. */
    public ModelCatalog on(String device) {
        Map<String, ModelReference> there = new HashMap<>(models);
        there.replaceAll(
                (alias, model) -> model.device().equals(ANY_DEVICE) ? model.on(device) : model);
        return new ModelCatalog(there, preloaded);
    }

    /** Names of the devices that they run on; none of models for any device. */
    public Set<String> devices() {
        Set<String> devices = new TreeSet<>();
        models.values().forEach(model -> devices.addAll(model.devices().names()));
        devices.remove(ANY_DEVICE);
        return devices;
    }

    /** Whether settings may name this alias. */
    public boolean knows(String alias) {
        return alias.equals(RerankSettings.NO_MODEL) || models.containsKey(alias);
    }

    /** One line for a person, about an alias that is not known. */
    public String unknown(String alias) {
        String hint = NearestName.hint(alias, models.keySet());
        return "model \"%s\" is not in the catalogue%s"
                .formatted(
                        alias,
                        hint.isEmpty()
                                ? "; known are " + models.keySet().stream().sorted().toList()
                                : hint);
    }
}
