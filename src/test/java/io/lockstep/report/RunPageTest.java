package io.lockstep.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunPageTest {
    private static final Pattern WIDTH = Pattern.compile("data-widths=\"(\\d+) (\\d+)\"");

    @TempDir
    private Path directory;

    @Test
    void theFiguresOfTheRecordAreThere() {
        assertThat(page(SampleRuns.complete("runs/mine", 3)))
                .contains(
                        "<h1>Run mine</h1>",
                        "0.25000",
                        "0.93750",
                        SampleRuns.DIGEST,
                        "complete",
                        "epoch 1 is the result")
                .contains("training: from 1 at 1 to 0.3333 at 3");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 61, 5000})
    void anyNumberOfEpochsHasFiniteCoordinatesOnly(int epochs) {
        String page = page(SampleRuns.complete("run", epochs));
        assertThat(page).doesNotContain("NaN", "Infinity");
        assertThat(page.length()).isLessThan(200_000 + 500 * epochs);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, 1e308, -1e308, 1e-320, 0})
    void strangeValuesBreakNoPicture(double factor) {
        String page = page(SampleRuns.complete("run", Map.of(), SampleRuns.rows(3, factor)));
        for (Matcher path = Pattern.compile(" d=\"([^\"]*)\"").matcher(page); path.find(); ) {
            assertThat(path.group(1)).matches("(M0 0)?([ML]-?[0-9.]+ -?[0-9.]+)*");
        }
    }

    @Test
    void textOfTheRunIsNeverMarkup() throws Exception {
        Run run = SampleRuns.complete(
                "/tmp/" + SampleRuns.HOSTILE, Map.of(SampleRuns.HOSTILE, SampleRuns.HOSTILE), SampleRuns.rows(2, 1));
        assertThat(page(run)).doesNotContain("<script").doesNotContain("\u0001");
        widthsFit(RunPage.html(run));
    }

    @Test
    void aRunWithoutAnEpochIsShownAsFarAsItIsKnown() {
        Run complete = SampleRuns.complete("run", 3);
        Run begun =
                new Run("run", complete.start(), List.of(), Run.Outcome.without(Run.State.RUNNING), Run.Findings.NONE);
        assertThat(page(begun))
                .contains("still running", "before the end of the first epoch of 3", "No epoch is complete yet.")
                .contains("Configuration")
                .doesNotContain("sha256");
    }

    @Test
    void anEvaluationIsShownWithItsMatrix() throws Exception {
        byte[] html = RunPage.html(evaluated());
        assertThat(new String(html, StandardCharsets.UTF_8))
                .contains(">1234<", "Calibration curve", "area under ROC", ">cat &amp; dog<", "not a number")
                .contains("Image of class &lt;cat&gt; that was taken for a long name")
                .doesNotContain("then <code>report</code> again");
        widthsFit(html);
    }

    @Test
    void theFirstLayerIsAPictureWithAnAlternativeText() throws Exception {
        float[] weights = new float[64 * 3];
        weights[5] = Float.NaN;
        FirstLayer layer = FirstLayer.draw(weights, 8);
        Run run = SampleRuns.complete("run", 1);
        String page = page(new Run(
                "run",
                run.start(),
                run.rows(),
                run.outcome(),
                new Run.Findings(Optional.empty(), Optional.empty(), Optional.of(layer))));
        assertThat(page).contains("alt=\"Weights of 3 units of the first layer as 8 × 8 pictures\"");
        assertThat(page).contains("src=\"data:image/png;base64,");
    }

    @Test
    void theCommandSurvivesAShell() throws Exception {
        Process shell = new ProcessBuilder(
                        "bash",
                        "-c",
                        "printf '%s\\n' " + ReproducingCommand.quoted("it's $HOME \\ \"x\"") + " "
                                + ReproducingCommand.quoted(""))
                .start();
        assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("it's $HOME \\ \"x\"\n\n");
        assertThat(ReproducingCommand.of(SampleRuns.complete("runs/mine", 3).config()))
                .isEqualTo("submit/local.sh train \\\n  --train 'data/it'\\''s here/train-images' \\\n  --epochs 3"
                        + " \\\n  --learning-rate 0.1 \\\n  --output runs/mine-again");
    }

    @Test
    void severalRunsShareAxesAndShowWhatDiffers() throws Exception {
        byte[] html = ComparisonPage.html(
                List.of(SampleRuns.complete("a/run", 3), SampleRuns.complete("b/run", 4), evaluated()));
        assertThat(new String(html, StandardCharsets.UTF_8))
                .contains("3 runs compared", ">epochs<", "All have the same weights", "a/run")
                .doesNotContain(">learning-rate<", ">output<");
        widthsFit(html);
    }

    @Test
    void aRunOfWhichOnlyTheMetricsAreKnownDiffersInNothing() {
        Run known = SampleRuns.complete("known", 3);
        Run other = new Run(
                "other",
                Optional.empty(),
                SampleRuns.rows(2, 1),
                Run.Outcome.without(Run.State.INCOMPLETE),
                Run.Findings.NONE);
        assertThat(new String(ComparisonPage.html(List.of(known, other)), StandardCharsets.UTF_8))
                .contains("not complete", "Neither an option, nor the data")
                .doesNotContain("All have the same weights");
    }

    private static Run evaluated() {
        String json = """
                {"accuracy": 0.5, "confusionMatrix": [[1234, 0], ["NaN", 1]],
                 "classes": [{"label": "cat & dog", "precision": null, "rocAuc": 1}, {"label": "2"}],
                 "calibration": [{"weight": 3, "meanConfidence": 0.5, "accuracy": 0.4}]}
                """;
        Run run = SampleRuns.complete("evaluated", 3);
        EvaluationRecord evaluation = EvaluationRecord.decode(json.getBytes(StandardCharsets.UTF_8), "test");
        MistakeImages mistakes = new MistakeImages(Collections.nCopies(
                24, new MistakeImages.Image("<cat>", "a long name of a class that goes on and on", 0.75, new byte[1])));
        return new Run(
                run.name(),
                run.start(),
                run.rows(),
                run.outcome(),
                new Run.Findings(Optional.of(evaluation), Optional.of(mistakes), Optional.empty()));
    }

    private static String page(Run run) {
        return new String(RunPage.html(run), StandardCharsets.UTF_8);
    }

    /** In a browser, in frames of 360 and 1440 pixels: a page that is wider than its frame would scroll sideways. */
    private void widthsFit(byte[] html) throws IOException, InterruptedException {
        Browser browser = Browser.inDirectory(directory);
        Files.write(directory.resolve("report.html"), html);
        for (int width : new int[] {360, 1440}) {
            Path frame = directory.resolve("frame.html");
            Files.writeString(frame, """
                    <!DOCTYPE html><iframe src="report.html" style="border:0;width:%dpx;height:800px"></iframe><script>
                    onload = () => { const page = document.querySelector("iframe").contentDocument.documentElement;
                      document.body.dataset.widths = page.scrollWidth + " " + page.clientWidth; }</script>
                    """.replace("%d", String.valueOf(width)));
            String dom = browser.dom(frame, "--allow-file-access-from-files");
            Matcher widths = WIDTH.matcher(dom);
            assertThat(widths.find()).as(dom).isTrue();
            assertThat(widths.group(1)).isEqualTo(widths.group(2));
            assertThat(browser.console()).isEmpty();
        }
    }
}
