/**
 * Holds a recorded run against another one that was good. Input: the rows of two recordings, and
 * the configurations of their networks. Output: what departs from the baseline run beyond the noise
 * of both, where, and how the configurations differ; or the reason why they cannot be compared.
 */
@NullMarked
package dev.traininghealth.compare;

import org.jspecify.annotations.NullMarked;
