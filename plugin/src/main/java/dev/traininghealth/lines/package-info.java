/**
 * A run as a text file with one JSON object per line, for programs that are no storage of DL4J.
 * What the recorder puts into a storage flows in; a file that grows flows out, and such a file can
 * be read into a storage again.
 */
@NullMarked
package dev.traininghealth.lines;

import org.jspecify.annotations.NullMarked;
