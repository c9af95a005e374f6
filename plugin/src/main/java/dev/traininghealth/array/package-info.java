/**
 * Arrays as memory: norms and other kernels over the elements of ND4J arrays, read in place by BLAS
 * or by ND4J's own operations, and copies outside the Java heap that are freed where their use
 * ends. Knows no other package of the plugin.
 */
@NullMarked
package dev.traininghealth.array;

import org.jspecify.annotations.NullMarked;
