package io.lockstep.linalg;

import java.util.Locale;

/** How products of matrices are rounded. */
public enum Arithmetic {
    /** By the definition of {@link ExactProducts}: the same bits on every machine. */
    EXACT {
        @Override
        public Products products() {
            return new ExactProducts(ExactKernels.create());
        }

        @Override
        public void prepare() {
            ExactKernels.warmUp();
        }

        @Override
        String library() {
            return "none";
        }
    },

    /** As Breeze does it, with the BLAS that netlib finds: the same bits only on machines of one kind. */
    BREEZE {
        @Override
        public Products products() {
            return new BreezeProducts();
        }

        @Override
        public void prepare() {}

        @Override
        String library() {
            return BreezeProducts.library();
        }
    };

    /** For the use of one thread at a time. */
    public abstract Products products();

    /** Begins in the background what makes products fast, for a JVM that will soon need them. */
    public abstract void prepare();

    /** The BLAS in use. */
    abstract String library();

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
