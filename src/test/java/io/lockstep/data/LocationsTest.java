package io.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.LockstepException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocationsTest {
    private static final Configuration HADOOP = new Configuration();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a | a",
                "a,b | a;b",
                "a , b/c | a;b/c",
                "{a,b}-x,c | {a,b}-x;c",
                "{a,{b,c}},d | {a,{b,c}};d",
                "a\\,b,c | a\\,b;c",
                "a\\\\,b | a\\\\;b",
                "\\{a,b | \\{a;b",
                "{a\\},b},c | {a\\},b};c",
                "a},b | a};b",
                "hdfs://h:9000/a,s3a://b/{x,y} | hdfs://h:9000/a;s3a://b/{x,y}",
                "a, | a;",
            })
    void listsAreSplitAtCommasThatBelongToNoGlobAndNoName(String text, String items) {
        assertThat(Locations.split(text)).containsExactly(items.split(";", -1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "br[1]/x",
                "br{a,b}/x",
                "col:on/x",
                "12:00",
                "a,b",
                "star*",
                "what?",
                "back\\slash",
                "sp ace ",
                "ü%20x#y",
                "file:x"
            })
    void aPathThatExistsAsItIsWrittenWinsOverTheGlob(String name) throws IOException {
        touch(name, "br1/x", "bra/x", "brb/x", "stars", "whats", "a", "b", "backslash");
        assertThat(found(directory + "/" + name)).containsExactly(name);
        assertThat(found("file:" + directory + "/" + name)).containsExactly(name);
        assertThat(found("file://" + directory + "/" + name)).containsExactly(name);
    }

    /** As all tests have one working directory, the file lies in the build's. */
    @Test
    void aRelativePathMayBeginWithAColonName() throws IOException {
        Path here = Files.createTempDirectory(Path.of("target"), "col:on{1}");
        Path file = Files.createFile(here.resolve("x-1"));
        String name = "./target/" + here.getFileName();
        assertThat(paths(name + "/x-1")).containsExactly(file.toAbsolutePath().toString());
        assertThat(paths(name.replace("{", "\\{") + "/x-*"))
                .containsExactly(file.toAbsolutePath().toString());
        Files.delete(file);
        Files.delete(here);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "two/{a,b}-images | two/a-images;two/b-images",
                "two/*-images | two/a-images;two/b-images",
                "{two/a,one/c}-images | two/a-images;one/c-images",
                "t?o/[ab]-images | two/a-images;two/b-images",
                "two/[^a]-images | two/b-images",
                "*/c-images | col:on/c-images;one/c-images",
                "br\\[1\\]/*-images | br[1]/d-images",
                "br\\[1\\]/d-images | br[1]/d-images",
                "com\\,ma/*s | com,ma/e-images",
                "com\\,ma/e-images | com,ma/e-images",
                "co{l\\:on,m\\,ma}/*s | col:on/c-images;com,ma/e-images",
                "one/../two/a* | two/a-images",
                "o*/* | one/c-images",
            })
    void globsAreMatchedWhateverCharactersOtherNamesHave(String glob, String names) throws IOException {
        touch("two/a-images", "two/b-images", "one/c-images", "col:on/c-images", "br[1]/d-images", "com,ma/e-images");
        touch("one/.c-images.crc", "other");
        assertThat(found(directory + "/" + glob)).containsExactlyInAnyOrder(names.split(";"));
    }

    @Test
    void anItemOfAListMayBeAGlobAndAFileIsThereOnce() throws IOException {
        touch("a-images", "b-images", "col:on/c,1");
        assertThat(found(directory + "/*-images, " + directory + "/a-images ," + directory + "/col:on/c\\,1"))
                .containsExactly("a-images", "b-images", "col:on/c,1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "none | none: no such file",
                "a*/none | a*/none: no such file",
                "file/x* | file/x*: no such file",
                "a{a,b | cannot be opened",
                "a[b | cannot be opened",
                "{/,.} | {/,.}: no such file",
                "file,none | a comma that belongs to a name is written as \\,",
                "file, | expected a file on each side of a comma",
            })
    void saysWhatCannotBeFound(String text, String message) throws IOException {
        touch("file");
        String absolute = text.replaceAll("(^|,)(?=[a-z])", "$1" + directory + "/");
        assertThatThrownBy(() -> found(absolute))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({
        "nosuch://host/x, No FileSystem for scheme \"nosuch\"",
        "abfs://bucket/x, the file system of abfs is not installed",
        "hdfs://host.invalid/x, host.invalid",
        "hdfs:x, Relative path"
    })
    void saysWhichFileSystemIsMissing(String location, String message) {
        assertThatThrownBy(() -> found(location))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("'" + location + "' cannot be opened: ")
                .hasMessageContaining(message);
    }

    private void touch(String... names) throws IOException {
        for (String name : names) {
            Path file = Path.of(directory + "/" + name);
            Files.createDirectories(file.getParent());
            if (!Files.exists(file)) {
                Files.createFile(file);
            }
        }
    }

    private List<String> found(String text) {
        return paths(text).stream()
                .map(path -> path.substring(directory.toString().length() + 1))
                .toList();
    }

    private static List<String> paths(String text) {
        return Locations.find(text, HADOOP).stream()
                .map(status -> new File(status.getPath().toUri().getPath()).toString())
                .toList();
    }
}
