package io.lockstep.data;

import io.lockstep.data.prepare.Scaling;
import io.lockstep.data.source.CsvOptions;
import io.lockstep.data.source.TableFormat;
import java.util.List;
import java.util.Optional;

/**
 * How tables are read, and what their columns are for.
 *
 * @param features the inputs; if empty, all columns that have no other use
 * @param excluded no inputs
 * @param categorical inputs whose values are names, whatever they look like
 * @param weight the column of the rows' weights
 * @param splitBy rows that are equal in these columns stay together when some go to validation
 * @param scaling of numbers
 * @param replaceMissing whether missing values are replaced, or else refused
 * @param unseenAllowed whether a category that no training row has becomes zeros, or else is refused
 */
public record TableOptions(
        TableFormat format,
        CsvOptions csv,
        String label,
        List<String> features,
        List<String> excluded,
        List<String> categorical,
        Optional<String> weight,
        List<String> splitBy,
        Scaling scaling,
        boolean replaceMissing,
        boolean unseenAllowed,
        ClassWeights classWeights) {}
