package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.training.Options;
import io.lockstep.training.TrainingConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HelpTest {
    @Test
    void theOptionsOfTrainAreInGroupsEachOnce() {
        List<String> lines = Lockstep.run("train", "--help").out().lines().toList();
        assertThat(lines).containsSubsequence("Data:", "Network:", "Optimiser:", "Run:", "Command:", "Examples:");
        for (Options.Declaration option : Options.of(TrainingConfig.class)) {
            Pattern definition = Pattern.compile(" {6}--" + option.name() + "([\\[= ].*|$)");
            assertThat(lines).filteredOn(definition.asMatchPredicate()).hasSize(1);
        }
    }

    @Test
    void noExampleIsWrapped() {
        List<String> lines = Lockstep.run("train", "--help").out().lines().toList();
        assertThat(lines.subList(lines.indexOf("Examples:") + 1, lines.size()))
                .allMatch(line -> line.startsWith("  submit/local.sh ") && line.contains(" train "));
    }

    @Test
    void theVersionNamesWhatItRunsOn() {
        assertThat(Lockstep.run("--version").out().lines())
                .satisfiesExactly(
                        lockstep -> assertThat(lockstep).startsWith("lockstep "),
                        spark -> assertThat(spark).matches("Spark 4\\.[0-9.]+"),
                        java -> assertThat(java).startsWith("Java " + Runtime.version()));
    }

    @Test
    void aMistypedCommandIsToldTheNearest() {
        for (String word : List.of("trian", "reprot", "verfy")) {
            assertThat(Lockstep.run(word).err()).containsPattern("did you mean '(train|report|verify)'\\?");
        }
    }

    @Test
    void aShellCompletesCommandsAndOptions() throws Exception {
        String script = Lockstep.run("completion").out();
        Process shell = new ProcessBuilder(
                        "bash",
                        "-c",
                        "compopt() { :; }\n" + script
                                + "\nCOMP_WORDS=(lockstep train --epo); COMP_CWORD=2; _complete_lockstep;"
                                + " echo \"${COMPREPLY[@]}\";"
                                + " COMP_WORDS=(lockstep ver); COMP_CWORD=1; _complete_lockstep;"
                                + " echo \"${COMPREPLY[@]}\"")
                .start();
        assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("--epochs\nverify\n");
        assertThat(Lockstep.run("--help").out()).doesNotContain("completion");
    }
}
