/**
 * DL4J's networks behind one interface. A {@link dev.traininghealth.network.Network} stands for a
 * MultiLayerNetwork or a ComputationGraph, so that the other packages need not ask which of the two
 * a model is: its layers and counts, the {@link dev.traininghealth.network.Minibatch} that it is
 * trained on, its updater's state, and copies of it. Beside it is the state of the random generator
 * that its dropout draws from.
 */
@NullMarked
package dev.traininghealth.network;

import org.jspecify.annotations.NullMarked;
