/**
 * Fills DL4J's own Overview, Model and System pages. Measurements that the plugin makes anyway go
 * in; the reports that a {@code StatsListener} would write come out, as far as those pages read
 * them, and no more of them than a page can draw. {@link
 * dev.traininghealth.publish.stock.StockReports} is all that others need. Nothing here knows the
 * records of the Health page.
 */
@NullMarked
package dev.traininghealth.publish.stock;

import org.jspecify.annotations.NullMarked;
