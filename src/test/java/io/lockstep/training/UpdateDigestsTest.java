package io.lockstep.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.linalg.Workers;
import io.lockstep.nn.GradientSum;
import io.lockstep.nn.LossSum;
import io.lockstep.nn.Network;
import io.lockstep.optim.LearningRateSchedule;
import io.lockstep.optim.Optimizer;
import io.lockstep.storage.WeightsDigest;
import io.lockstep.training.checkpoint.TrainingState;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bits of fifty updates by random gradients, so long that they are made in several parts. */
class UpdateDigestsTest {
    private static final Network NETWORK = Network.of(List.of(60, 280, 10));
    private static final int STEPS = 50;
    private static final int ROWS = 3;

    @ParameterizedTest
    @CsvSource({
        "SGD,0,0,6ed84a0eae19e168",
        "SGD,0.001,0,2790e33459ef23f0",
        "SGD,0.001,0.5,3a7ed7f34dcbadf8",
        "MOMENTUM,0,0,f8f5eaf94bdaae15",
        "MOMENTUM,0.001,0,42676a3f5b8b4ec1",
        "MOMENTUM,0.001,0.5,71c94d90e5daae51",
        "NESTEROV,0,0,355accaee392168d",
        "NESTEROV,0.001,0,10d6a77ab8fd970a",
        "NESTEROV,0.001,0.5,fdbb12a83d281465",
        "ADAM,0,0,e6f007a69674cac4",
        "ADAM,0.001,0,356a585d01473882",
        "ADAM,0.001,0.5,1ccf028dbb439d8c",
        "ADAMW,0,0,194282038ed7d629",
        "ADAMW,0.001,0,5915c63983d10134",
        "ADAMW,0.001,0.5,120027d820a0dcfa",
        "LAMB,0,0,81e9814c93b59912",
        "LAMB,0.001,0,c7c8a7a6ec6da55c",
        "LAMB,0.001,0.5,db1e68529496cdf5",
    })
    void areTheSameInEveryVersion(Optimizer kind, double l2, double clipNorm, String digest) {
        UpdateRule rule = new OptimizerConfig(
                        kind, 0.9, 0.999, 1e-8, 0.03, LearningRateSchedule.Shape.COSINE, 0.1, clipNorm)
                .rule(NETWORK, l2, STEPS);
        TrainingState state = TrainingState.initial(NETWORK.initialParameters(1), rule.chain());
        Random random = new Random(2);
        for (int step = 0; step < STEPS; step++) {
            float[] gradient = new float[NETWORK.parameterCount()];
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = random.nextFloat() - 0.5f;
            }
            rule.apply(state, new GradientSum(gradient, new LossSum(1, 1, ROWS, ROWS)), Workers.POOL);
            state = state.afterStep();
        }
        assertThat(WeightsDigest.sha256(state.parameters()).substring(0, 16)).isEqualTo(digest);
    }
}
