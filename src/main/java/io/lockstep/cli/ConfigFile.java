package io.lockstep.cli;

import io.lockstep.HadoopPaths;
import io.lockstep.LockstepException;
import io.lockstep.training.Credentials;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * A properties file whose keys are the names of options. Its values take the place of arguments that were not given,
 * and are parsed and checked like those.
 */
final class ConfigFile {
    private static final int MAX_BYTES = 1 << 20;
    private static final String BYTE_ORDER_MARK = "\ufeff";

    private final String location;
    private final Map<String, String> values = new TreeMap<>();
    private final List<String> repeatedKeys = new ArrayList<>();

    private ConfigFile(String location) {
        this.location = location;
    }

    /**
     * Reads a file of at most 1 MB.
     *
     * @param location a path of this machine, or a URI that Hadoop can read
     * @param hadoop settings of file systems
     * @throws LockstepException of kind {@code CONFIGURATION} if it cannot be read
     */
    static ConfigFile read(String location, Configuration hadoop) {
        Credentials.problem("config", location).ifPresent(message -> {
            throw LockstepException.configuration(message);
        });
        ConfigFile file = new ConfigFile(location);
        Properties properties = new Properties() {
            private static final long serialVersionUID = 1;

            @Override
            public synchronized Object put(Object key, Object value) {
                if (file.values.put(key.toString(), value.toString().strip()) != null) {
                    file.repeatedKeys.add(key.toString());
                }
                return null;
            }
        };
        try {
            Path path = HadoopPaths.parse(location, hadoop);
            FileSystem fileSystem = path.toUri().getScheme() == null
                    ? FileSystem.getLocal(hadoop)
                    : HadoopPaths.fileSystem(path, hadoop);
            try (InputStream in = HadoopPaths.open(fileSystem, path)) {
                properties.load(new StringReader(text(in.readNBytes(MAX_BYTES + 1))));
            }
            return file;
        } catch (CharacterCodingException invalid) {
            throw LockstepException.configuration("--config: expected " + location + " in UTF-8, found other bytes");
        } catch (IOException | IllegalArgumentException failure) {
            throw LockstepException.configuration("--config: cannot read " + location + ": " + failure.getMessage());
        }
    }

    private static String text(byte[] content) throws IOException {
        if (content.length > MAX_BYTES) {
            throw new IOException("larger than 1 MB");
        }
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(content))
                .toString();
        return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    }

    /** The file's values as arguments, {@code --key=value}, without those that were given already. */
    List<String> argumentsBeside(ParseResult given) {
        return given.commandSpec().options().stream()
                .filter(option -> values.containsKey(key(option)) && !given.hasMatchedOption(option))
                .map(option -> option.longestName() + "=" + values.get(key(option)))
                .toList();
    }

    /** One message for each key that no option of the command has, or that is there twice. */
    List<String> problems(CommandSpec command) {
        List<String> known = command.options().stream()
                .filter(option -> !option.usageHelp() && !option.versionHelp())
                .map(ConfigFile::key)
                .filter(key -> !key.equals("config"))
                .toList();
        List<String> problems = new ArrayList<>();
        values.keySet().stream()
                .filter(key -> !known.contains(key))
                .forEach(key ->
                        problems.add(location + ": unknown key '" + key + "'" + Suggestions.nearest(key, known)));
        repeatedKeys.forEach(key -> problems.add(location + ": key '" + key + "' is there more than once"));
        return problems;
    }

    static String key(OptionSpec option) {
        return option.longestName().replaceFirst("^-+", "");
    }
}
