/**
 * The records that travel to DL4J's storage, and what turns measurements into them. In come
 * measurements, one an iteration; out go compact, versioned records to any {@code
 * StatsStorageRouter}, off the training thread. Needs no UI on the class path.
 */
@NullMarked
package dev.traininghealth.publish;

import org.jspecify.annotations.NullMarked;
