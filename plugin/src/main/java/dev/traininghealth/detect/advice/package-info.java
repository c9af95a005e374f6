/**
 * What to change, in DL4J's API and fitting the network: a toolbox from which each detector takes
 * the remedies for what it finds, and what came of those that were tried on copies.
 */
@NullMarked
package dev.traininghealth.detect.advice;

import org.jspecify.annotations.NullMarked;
