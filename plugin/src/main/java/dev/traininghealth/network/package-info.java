/**
 * DL4J's networks behind one interface. A {@link dev.traininghealth.network.Network} wraps a
 * MultiLayerNetwork or a ComputationGraph, so that other packages need not distinguish the two. It
 * provides layers and counts, the current {@link dev.traininghealth.network.Minibatch}, the updater
 * state and copies. The package also holds the state of the random generator from which dropout
 * draws.
 */
@NullMarked
package dev.traininghealth.network;

import org.jspecify.annotations.NullMarked;
