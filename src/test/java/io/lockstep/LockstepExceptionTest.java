package io.lockstep;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LockstepExceptionTest {
    @Test
    void messagesCannotGiveOrdersToATerminal() {
        String name = "\u001b[31mred\u001b[0m\rback\b\u007f\u009b2Jx";
        assertThat(LockstepException.data(name + ": no such file"))
                .hasMessage("\\u001b[31mred\\u001b[0m\\u000dback\\u0008\\u007f\\u009b2Jx: no such file");
    }

    @Test
    void severalMessagesStayLinesOfTheirOwnAndLettersOfAllLanguagesRemain() {
        assertThat(LockstepException.configuration("größer: 训练\n--epochs: expected 1"))
                .hasMessage("größer: 训练\n--epochs: expected 1");
    }
}
