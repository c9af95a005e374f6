package dev.traininghealth.samples.benchmark;

import java.util.List;

/**
 * What was found of one network.
 *
 * @param name of the network
 * @param parameters how many it has
 * @param modes what was found in each mode
 */
record NetworkResult(String name, long parameters, List<ModeResult> modes) {}
