package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationReferenceTest {
    private static final Path PAGE = Path.of("docs", "configuration.md");

    @Test
    void thePageIsWhatTheDeclarationsSay() throws IOException {
        String text = ConfigurationReference.text();
        if (Boolean.getBoolean("lockstep.docs.update")) {
            Files.writeString(PAGE, text);
        }
        assertThat(PAGE)
                .as("%s, which mvn test -Dtest=ConfigurationReferenceTest -Dlockstep.docs.update writes", PAGE)
                .content()
                .isEqualTo(text);
    }
}
