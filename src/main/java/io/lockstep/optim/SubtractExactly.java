package io.lockstep.optim;

/**
 * {@link Subtract}, which loses nothing to rounding. A decay of some 10⁻⁷ is less than a float's rounding, and a weight
 * whose input is always 0 has nothing but its decay. So the slot holds by how much each parameter was rounded up, and
 * the next step subtracts that too (Kahan, "Further remarks on reducing truncation errors", CACM 1965).
 */
record SubtractExactly() implements Link {
    @Override
    public int slotCount() {
        return 1;
    }

    @Override
    public Kernel at(Step step) {
        return (part, arrays) -> {
            float[] update = arrays.update();
            float[] parameters = arrays.parameters();
            float[] excess = arrays.slots().get(0);
            int to = part.range().to();
            for (int i = part.range().from(); i < to; i++) {
                float before = parameters[i];
                float down = update[i] + excess[i];
                float after = before - down;
                parameters[i] = after;
                excess[i] = down - (before - after);
            }
        };
    }
}
