package io.lockstep.data;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Orders names as people do, with the numbers in them by value: {@code x2} before {@code x10}. */
final class NaturalOrder implements Comparator<String> {
    static final NaturalOrder OF_NAMES = new NaturalOrder();

    private static final Pattern PART = Pattern.compile("[0-9]+|[^0-9]+");

    private NaturalOrder() {}

    @Override
    public int compare(String left, String right) {
        Matcher leftParts = PART.matcher(left);
        Matcher rightParts = PART.matcher(right);
        while (true) {
            boolean leftHas = leftParts.find();
            boolean rightHas = rightParts.find();
            if (!leftHas || !rightHas) {
                return leftHas ? 1 : rightHas ? -1 : left.compareTo(right);
            }
            int order = compareParts(leftParts.group(), rightParts.group());
            if (order != 0) {
                return order;
            }
        }
    }

    private static int compareParts(String left, String right) {
        if (!isDigit(left) || !isDigit(right)) {
            return left.compareTo(right);
        }
        String leftNumber = left.replaceFirst("^0+(?=.)", "");
        String rightNumber = right.replaceFirst("^0+(?=.)", "");
        int byLength = Integer.compare(leftNumber.length(), rightNumber.length());
        return byLength != 0 ? byLength : leftNumber.compareTo(rightNumber);
    }

    private static boolean isDigit(String part) {
        return part.charAt(0) >= '0' && part.charAt(0) <= '9';
    }
}
