/**
 * Serves the Health page in DL4J's own training UI. Input: requests to its server. Output: the page
 * and its data, from {@code ui}. The only package that needs DL4J's UI server and Vert.x.
 */
@NullMarked
package dev.traininghealth.ui.server;

import org.jspecify.annotations.NullMarked;
