package dev.traininghealth.samples.reported;

import java.util.function.IntFunction;

/**
 * A set-up as users reported it.
 *
 * @param name in the JSON and for {@code --only}
 * @param shows the set-up in a few words
 * @param wanted what the listener should say of it
 * @param run runs it with a seed
 */
record ReportedSetup(String name, String shows, String wanted, IntFunction<Outcome> run) {}
