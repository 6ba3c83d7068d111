package io.lockstep.cli;

import io.lockstep.training.Option;
import io.lockstep.training.Options;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The list of options in a command's help, in groups as the configuration record groups them. Only the help knows of
 * the groups: to picocli, an option of an {@code ArgGroup} is not required where its group is missing.
 */
final class OptionGroups implements IHelpSectionRenderer {
    static final String OTHERS = "Command";
    private static final Map<String, String> TITLES = Map.of("optimizer", "Optimiser");

    /** The title of each option's group, by the option's name, in the order of the record. */
    private final Map<String, String> titles = new LinkedHashMap<>();

    private OptionGroups() {}

    /** @param config of which each component that is no option is a group */
    static OptionGroups of(Class<? extends Record> config) {
        OptionGroups groups = new OptionGroups();
        for (RecordComponent component : config.getRecordComponents()) {
            if (!component.isAnnotationPresent(Option.class)) {
                String title = TITLES.getOrDefault(component.getName(), capitalised(component.getName()));
                Options.of(component.getType()).forEach(option -> groups.titles.put(option.name(), title));
            }
        }
        return groups;
    }

    /** The title of each option's group, by the option's name; options that are not here are among {@link #OTHERS}. */
    Map<String, String> titles() {
        return Collections.unmodifiableMap(titles);
    }

    @Override
    public String render(Help help) {
        Map<String, List<OptionSpec>> groups = new LinkedHashMap<>();
        Map<String, OptionSpec> byName = new HashMap<>();
        help.commandSpec().options().forEach(option -> byName.put(ConfigFile.key(option), option));
        titles.forEach((name, title) -> {
            OptionSpec option = byName.remove(name);
            if (option != null) {
                groups.computeIfAbsent(title, each -> new ArrayList<>()).add(option);
            }
        });
        List<OptionSpec> others = help.commandSpec().options().stream()
                .filter(option -> byName.containsValue(option))
                .toList();
        groups.computeIfAbsent(OTHERS, each -> new ArrayList<>()).addAll(others);
        StringBuilder text = new StringBuilder();
        groups.forEach((title, options) -> {
            Help.Layout layout = help.createDefaultLayout();
            layout.addOptions(options, help.parameterLabelRenderer());
            text.append(String.format(Locale.ROOT, "%n%s:%n", title)).append(layout);
        });
        return text.toString();
    }

    private static String capitalised(String name) {
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }
}
