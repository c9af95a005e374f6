/**
 * The one type that a user must know: the listener that is added to a network. It hands DL4J's
 * callbacks to the packages below and does nothing else.
 */
@NullMarked
package dev.traininghealth;

import org.jspecify.annotations.NullMarked;
