/**
 * The listener that is added to a network, its builder, and the failure bundle that it writes. They
 * pass DL4J's callbacks and the user's settings to the packages below.
 */
@NullMarked
package dev.traininghealth;

import org.jspecify.annotations.NullMarked;
