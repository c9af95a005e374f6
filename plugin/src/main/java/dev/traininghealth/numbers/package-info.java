/**
 * The numbers of one iteration that detectors read.
 *
 * <p>They cover measurements, the network's layout, statistics of the data and the origin of a
 * non-finite value. These are plain numbers, so that detectors need no arrays and their tests no
 * network.
 */
@NullMarked
package dev.traininghealth.numbers;

import org.jspecify.annotations.NullMarked;
