/**
 * Measures the Health page in a browser, on the records of a long run of a deep network, beside
 * DL4J's Overview.
 */
@NullMarked
package dev.traininghealth.samples.page;

import org.jspecify.annotations.NullMarked;
