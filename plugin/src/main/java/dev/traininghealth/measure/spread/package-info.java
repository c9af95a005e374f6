/** How far a layer tells the examples of a minibatch apart. */
@NullMarked
package dev.traininghealth.measure.spread;

import org.jspecify.annotations.NullMarked;
