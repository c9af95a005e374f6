/**
 * Programs to read and to run; each shows one aspect of training on the Health page. Start with
 * {@link dev.traininghealth.samples.Quickstart}.
 */
@NullMarked
package dev.traininghealth.samples;

import org.jspecify.annotations.NullMarked;
