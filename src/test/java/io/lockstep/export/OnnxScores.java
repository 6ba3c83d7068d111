package io.lockstep.export;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.HashMap;
import java.util.Map;

/**
 * What ONNX Runtime makes of a model.
 *
 * @param labels an array of long, String or boolean
 * @param probabilities (rows × classes)
 */
public record OnnxScores(Object labels, float[][] probabilities) {
    /** @param inputs (rows × width) arrays of float, double or String by name */
    public static OnnxScores of(byte[] model, Map<String, Object> inputs) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Map<String, OnnxTensor> tensors = new HashMap<>();
        try (OrtSession session = environment.createSession(model)) {
            for (Map.Entry<String, Object> input : inputs.entrySet()) {
                tensors.put(input.getKey(), OnnxTensor.createTensor(environment, input.getValue()));
            }
            try (OrtSession.Result result = session.run(tensors)) {
                return new OnnxScores(result.get("label").orElseThrow().getValue(), (float[][])
                        result.get("probabilities").orElseThrow().getValue());
            }
        } finally {
            tensors.values().forEach(OnnxTensor::close);
        }
    }
}
