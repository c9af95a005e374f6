/**
 * Reads ND4J arrays: norms and other kernels, by BLAS in place or by ND4J operations.
 *
 * <p>Also copies arrays outside the Java heap and frees copies explicitly. Except for the limits of
 * number types, it depends on no other package of the plugin.
 */
@NullMarked
package dev.traininghealth.array;

import org.jspecify.annotations.NullMarked;
