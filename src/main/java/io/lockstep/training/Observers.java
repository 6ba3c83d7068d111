package io.lockstep.training;

import io.lockstep.training.checkpoint.TrainingState;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Several observers as one that never throws: an observer that fails is logged and told no more. */
final class Observers implements TrainingObserver {
    private static final Logger LOG = LoggerFactory.getLogger(Observers.class);

    private final List<TrainingObserver> observers;

    Observers(List<TrainingObserver> observers) {
        this.observers = new ArrayList<>(observers);
    }

    @Override
    public void runStarted(RunStart start) {
        tell(observer -> observer.runStarted(start));
    }

    @Override
    public void prepared(TrainingOutline outline) {
        tell(observer -> observer.prepared(outline));
    }

    @Override
    public void engineChosen(String explanation) {
        tell(observer -> observer.engineChosen(explanation));
    }

    @Override
    public void trainingStarted(TrainingState start) {
        tell(observer -> observer.trainingStarted(start));
    }

    @Override
    public void stepCompleted(StepEvent event) {
        tell(observer -> observer.stepCompleted(event));
    }

    @Override
    public void epochCompleted(EpochEvent event) {
        tell(observer -> observer.epochCompleted(event));
    }

    /** Errors too: a progress bar without its native library must not cost a training. */
    private void tell(Consumer<TrainingObserver> news) {
        for (Iterator<TrainingObserver> each = observers.iterator(); each.hasNext(); ) {
            try {
                news.accept(each.next());
            } catch (Throwable failure) {
                each.remove();
                LOG.warn("an observer of the training failed and is told no more: {}", failure.toString());
            }
        }
    }
}
