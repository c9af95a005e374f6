/**
 * Fills DL4J's own Overview, Model and System pages. Input: the plugin's measurements. Output: the
 * reports that a {@code StatsListener} would write, as far as those pages read them, and no more
 * than a page can draw. Other packages use only {@link
 * dev.traininghealth.publish.stock.StockReports}. Nothing here depends on the records of the Health
 * page.
 */
@NullMarked
package dev.traininghealth.publish.stock;

import org.jspecify.annotations.NullMarked;
