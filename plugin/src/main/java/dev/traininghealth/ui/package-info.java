/**
 * The Health page: its markup, texts and data. Input: records of {@code publish}, from any storage.
 * Output: JSON of bounded size, and the page, for a server or as a file that needs none. Nothing
 * here depends on how the numbers were measured, so that a run of another process or machine is
 * shown in the same way.
 */
@NullMarked
package dev.traininghealth.ui;

import org.jspecify.annotations.NullMarked;
